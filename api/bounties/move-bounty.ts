import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { mayMove, type Bounty, type BountyState } from './bounty.ts';
import { touchBounty } from './touch-bounty.ts';

const stamps: Partial<Record<BountyState, 'opened_at' | 'closed_at' | 'ended_at'>> = {
  open: 'opened_at',
  reviewing: 'closed_at',
  awarded: 'ended_at',
  cancelled: 'ended_at',
};

/** Moves a locked bounty to another state and tells live readers. Throws `illegal_state` for a move that is not in the table. */
export async function moveBounty(
  trx: Transaction,
  bounty: Pick<Bounty, 'id' | 'code' | 'state'>,
  to: BountyState,
): Promise<void> {
  if (!mayMove(bounty.state, to)) throw illegalMove(bounty, to);
  const stamp = stamps[to];
  await trx('bounties')
    .where({ id: bounty.id })
    .update({ state: to, ...(stamp === undefined ? {} : { [stamp]: trx.raw('clock_timestamp()') }) });
  await touchBounty(trx, bounty.id);
}

function illegalMove(bounty: Pick<Bounty, 'code' | 'state'>, to: BountyState): Failure {
  return new Failure('illegal_state', `${bounty.code} is ${bounty.state}; it cannot become ${to} from there.`, {
    state: bounty.state,
  });
}
