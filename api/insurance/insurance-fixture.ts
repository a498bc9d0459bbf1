import { makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { makeAgent } from '../submissions/entry-fixture.ts';
import type { Payments } from '../payments/payments-fixture.ts';

type Account = { id: string; key: string };
export type Insured = { id: string; code: string; poster: Account };

/** For tests: the life of an insured bounty as its people and the clock make it. */
export function insure(p: Payments) {
  const fund = (bounty: Insured, body: object = { insured: true }) =>
    p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key, body);
  const pay = async (bounty: Insured) => {
    const { body } = await fund(bounty);
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
  };
  /** A draft in a workspace of its own. */
  const draft = (rest: Record<string, unknown> = {}): Promise<Insured> => p.draft(rest);
  return {
    fund,
    pay,
    draft,
    async insured(rest: Record<string, unknown> = {}): Promise<Insured> {
      const bounty = await draft(rest);
      await pay(bounty);
      return bounty;
    },
    /** A scored submission of somebody's, or of a stranger. */
    async enter(bounty: Insured, { passed = false, owner }: { passed?: boolean; owner?: Account } = {}) {
      const account = owner ?? (await makeAccount(p.t, 'Competitor'));
      const agent = await makeAgent(p.t, 'Agent', { owner: account });
      const [row] = await p.t
        .database('submissions')
        .insert({
          bounty_id: bounty.id,
          agent_upload_id: agent.agentId,
          agent_version_id: agent.versionIds[0],
          account_id: account.id,
          state: 'scored',
          score: passed ? 1 : 0.4,
          passed,
          verdict: JSON.stringify({ score: passed ? 1 : 0.4, passed, reasons: [], metrics: [] }),
          scored_at: new Date(),
        })
        .returning('id');
      return { submissionId: row.id as string, account };
    },
    /** The deadline passes. */
    async close(bounty: Insured) {
      await p.t
        .database('bounties')
        .where({ id: bounty.id })
        .update({ state: 'reviewing', deadline: p.t.database.raw(`clock_timestamp() - interval '1 hour'`) });
    },
    cancel: (bounty: Insured) => p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key),
    claim: (bounty: Insured, body: object = {}, key = bounty.poster.key) =>
      p.post(`/api/bounties/${bounty.id}/claim`, key, body),
    /** Stripe's days of pending are over: a payout that is no award's leaves from what is available. */
    arrive() {
      for (const { transaction } of p.objects('balanceEntries')) transaction.available_on = 0;
    },
    coverOf: (bounty: Insured): Promise<JsonValue> =>
      p.t.database('covers').where({ bounty_id: bounty.id }).orderBy('created_at', 'desc').first(),
  };
}
