import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { openPayments, type Funded } from '../payments/payments-fixture.ts';

type Person = { id: string; key: string };
export type Disputes = Awaited<ReturnType<typeof openDisputes>>;
export type Passed = { bounty: Funded; author: Person & { submissionId: string; agentCode: string } };

/** For tests: funded bounties with a submission that passed, an admin of the platform, and what people do in a dispute. */
export async function openDisputes(env: Record<string, string> = {}) {
  const p = await openPayments(env);
  const { database } = p.t;
  const admin = await makeAccount(p.t, 'Root', { isPlatformAdmin: true });
  const passed = async (rest: Record<string, unknown> = {}): Promise<Passed> => {
    const bounty = await p.funded(rest);
    return { bounty, author: await p.scored(bounty) };
  };
  const reject = ({ bounty, author }: Passed, reason = 'It looks copied.') =>
    p.post(`/api/submissions/${author.submissionId}/reject`, bounty.poster.key, { reason });
  const dispute = (by: Person, { author }: Passed, body: object = {}) =>
    p.post(`/api/submissions/${author.submissionId}/disputes`, by.key, { reason: 'It is right.', ...body });
  /** A dispute that its author, or else the poster, has opened; answers its id. */
  const opened = async (one: Passed, side: 'owner' | 'poster'): Promise<string> => {
    if (side === 'owner') await reject(one);
    const answer = await dispute(side === 'owner' ? one.author : one.bounty.poster, one);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.id;
  };
  const answer = (id: string, by: Person, body: object = {}) =>
    p.post(`/api/disputes/${id}/answer`, by.key, { text: 'It is not.', ...body });
  return {
    p,
    admin,
    passed,
    reject,
    dispute,
    opened,
    answer,
    /** The same, answered by the other side: only the decision is left. */
    async answered(one: Passed, side: 'owner' | 'poster'): Promise<string> {
      const id = await opened(one, side);
      await answer(id, side === 'owner' ? one.bounty.poster : one.author);
      return id;
    },
    restore: ({ bounty, author }: Passed) =>
      p.post(`/api/submissions/${author.submissionId}/restore`, bounty.poster.key),
    withdraw: (id: string, by: Person) => p.post(`/api/disputes/${id}/withdraw`, by.key),
    decide: (id: string, outcome: 'stands' | 'fails', by: Person = admin) =>
      p.post(`/api/admin/disputes/${id}/decide`, by.key, { outcome, reason: `It ${outcome}, as both runs show.` }),
    award: ({ bounty, author }: Passed, rest: object = {}) =>
      p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: author.submissionId, ...rest }),
    cancel: ({ bounty }: Passed, rest: object = {}) =>
      p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key, rest),
    see: (id: string, by: Person) => call(p.api, 'GET', `/api/disputes/${id}`, { key: by.key }),
    submission: (one: Passed): Promise<JsonValue> =>
      database('submissions').where({ id: one.author.submissionId }).first(),
    row: (id: string): Promise<JsonValue> => database('disputes').where({ id }).first(),
    /** So many days go by for a bounty, its payments and its disputes. */
    async elapse({ bounty }: Passed, days: number): Promise<void> {
      const back = (column: string) => database.raw(`${column} - ? * interval '1 day'`, [days]);
      const columns = (...names: string[]) => Object.fromEntries(names.map((name) => [name, back(name)]));
      await database('bounties').where({ id: bounty.id }).update(columns('deadline', 'review_until'));
      await database('checkouts').where({ bounty_id: bounty.id }).update(columns('paid_at'));
      const times = columns('created_at', 'answer_by', 'decide_by', 'lapses_at', 'told_at');
      await database('disputes').where({ bounty_id: bounty.id }).update(times);
    },
    close: () => p.close(),
  };
}
