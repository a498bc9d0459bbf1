import { findSight } from '../bounties/find-bounty.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { selectDisputes, undecidedStates, type Dispute, type DisputeState, type Side } from './dispute.ts';
import { maySeeDispute, sideOf } from './policy.ts';

export type Asker = { accountId: string; isPlatformAdmin: boolean };

export type Evidence = { dispute_id: string; side: Side; text: string | null; url: string | null; created_at: Date };

/** A dispute with its evidence, and on which side the one who looks stands. */
export type DisputeView = { dispute: Dispute; evidence: Evidence[]; side: Side | null };

// The work of admins: more than these wait for nobody.
const listMax = 200;

/** One dispute for its sides and the platform's admins. Throws `not_found` for everybody else: the two look the same. */
export async function readDispute(database: Database, id: string, asker: Asker): Promise<DisputeView> {
  const dispute: Dispute | undefined = isUuid(id)
    ? await selectDisputes(database).where('d.id', id).first()
    : undefined;
  if (dispute === undefined) throw notThere();
  const { canManage } = await findSight(database, dispute.bounty_id, asker.accountId);
  const side = sideOf(
    { accountId: asker.accountId, managesBounty: canManage },
    { accountId: dispute.owner_account_id },
  );
  if (!maySeeDispute({ side, isPlatformAdmin: asker.isPlatformAdmin })) throw notThere();
  const [view] = await withEvidence(database, [{ dispute, side }]);
  if (view === undefined) throw notThere();
  return view;
}

/** The disputes of a bounty that the asker may see: all where they manage it or the platform, else of their own submissions. */
export async function readDisputesOf(database: Database, bountyIdOrCode: string, asker: Asker): Promise<DisputeView[]> {
  const { bounty, canManage } = await findSight(database, bountyIdOrCode, asker.accountId);
  const disputes: Dispute[] = await selectDisputes(database)
    .where('d.bounty_id', bounty.id)
    .orderBy([{ column: 'd.created_at', order: 'desc' }, 'd.id'])
    .limit(listMax);
  const views = disputes.map((dispute) => ({
    dispute,
    side: sideOf({ accountId: asker.accountId, managesBounty: canManage }, { accountId: dispute.owner_account_id }),
  }));
  return withEvidence(
    database,
    views.filter(({ side }) => maySeeDispute({ side, isPlatformAdmin: asker.isPlatformAdmin })),
  );
}

/** Disputes in a state, for the platform's admins: what must be decided first comes first. They are on no side here. */
export async function readDisputes(database: Database, state: DisputeState | 'undecided'): Promise<DisputeView[]> {
  const disputes: Dispute[] = await selectDisputes(database)
    .whereIn('d.state', state === 'undecided' ? [...undecidedStates] : [state])
    .orderBy(['d.decide_by', 'd.id'])
    .limit(listMax);
  return withEvidence(
    database,
    disputes.map((dispute) => ({ dispute, side: null })),
  );
}

async function withEvidence(database: Database, views: Omit<DisputeView, 'evidence'>[]): Promise<DisputeView[]> {
  const all: Evidence[] = await database('dispute_evidence')
    .whereIn(
      'dispute_id',
      views.map(({ dispute }) => dispute.id),
    )
    .orderBy(['created_at', 'id'])
    .select('dispute_id', 'side', 'text', 'url', 'created_at');
  const byDispute = Map.groupBy(all, ({ dispute_id: id }) => id);
  return views.map((view) => ({ ...view, evidence: byDispute.get(view.dispute.id) ?? [] }));
}

function notThere(): Failure {
  return new Failure('not_found', 'There is no dispute under that id that you may see. Check it and try again.');
}
