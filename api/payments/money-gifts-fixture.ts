import { makeAccount } from '../../tests/support/factories.ts';
import { closeBounties } from '../bounties/close-bounties.ts';
import { decideOverdue } from '../bounties/decide-overdue.ts';
import { note, type Account, type Step, type Subject, type World } from './money-model-fixture.ts';

/** What others than the poster do to a bounty's money, and what the clock does when nobody decides. */
export const giftSteps = {
  /** Somebody adds to the reward, sometimes when it is too late. */
  async boost(world, bounty, n) {
    const giver = await makeAccount(world.p.t, 'Giver');
    const amountMinor = n % 2 === 0 ? 1_000 : 200 * (n + 1);
    if (await give(world, giver, `/api/bounties/${bounty.id}/boosts`, amountMinor)) note(world, 'boosted');
  },
  /** The payment of a boost is begun, and goes on after something else has happened: see `pay`. */
  async beginBoost(world, bounty, n) {
    const giver = await makeAccount(world.p.t, 'Giver');
    await world.p.post(`/api/bounties/${bounty.id}/boosts`, giver.key, { amountMinor: 200 * (n + 5) });
  },
  async tip(world, bounty, n) {
    const id = bounty.submissionIds[n % 2] ?? '';
    const amountMinor = n % 2 === 0 ? 1_000 : 200 * (n + 5);
    if (await give(world, bounty.poster, `/api/submissions/${id}/tips`, amountMinor)) note(world, 'tipped');
  },
  /** The review ends: whoever passed is paid, and when that cannot be, everything goes back. */
  async clock(world, bounty) {
    const { database, context } = world.p.t;
    const rows = database('bounties').where({ id: bounty.id });
    await rows.clone().update({ deadline: new Date(Date.now() - 31 * 86_400_000) });
    await closeBounties(context);
    if ((await decideOverdue(context)) === 0) return;
    note(world, 'decided by the clock');
    await noteDecisions(world);
  },
} satisfies Record<string, Step>;

/** Answers whether the page was opened and paid on. */
async function give(world: World, by: Account, path: string, amountMinor: number): Promise<boolean> {
  const { status, body } = await world.p.post(path, by.key, { amountMinor });
  if (status !== 200 || body.checkoutUrl === null) return false;
  return (await world.p.visit(body.checkoutUrl, { outcome: 'paid' })).status < 400;
}

/** The clock's decision is the first as any other. */
async function noteDecisions({ p, bounties }: World): Promise<void> {
  for (const bounty of bounties) {
    const row = await p.t.database('bounties').where({ id: bounty.id }).first('state', 'settings');
    if (row.settings.byClock !== true) continue;
    bounty.decided ??= decisionOf(row);
  }
}

function decisionOf({
  state,
  settings,
}: {
  state: string;
  settings: { award?: { payees: Paid[] } };
}): Subject['decided'] {
  if (state === 'cancelled') return 'cancel';
  const told = settings.award?.payees.map(({ submissionId, amountMinor }) => `${submissionId} ${amountMinor}`);
  return `award ${told?.join(', ')}`;
}

type Paid = { submissionId: string; amountMinor: string };
