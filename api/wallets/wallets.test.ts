import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, makeAccount, makeTeam } from '../../tests/support/factories.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(() => p.close());

it('is seen by who may post in its workspace, and by nobody else', async () => {
  const [owner, poster, developer, stranger] = await Promise.all(
    ['Olga', 'Paul', 'Dev', 'Sam'].map((name) => makeAccount(p.t, name)),
  );
  const team = await makeTeam(p.t, { [owner!.id]: 'owner', [poster!.id]: 'poster', [developer!.id]: 'developer' });
  const look = (key: string, workspace = team.id) => call(p.api, 'GET', `/api/wallets/${workspace}`, { key });
  expect(await look(owner!.key)).toMatchObject({
    status: 200,
    body: { workspace: { slug: team.slug }, canManage: true, balances: [], card: null, frozenReason: null },
  });
  expect(await look(poster!.key, team.slug)).toMatchObject({ status: 200, body: { canManage: false } });
  expect(await look(developer!.key)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  const unseen = await look(stranger!.key);
  expect(unseen).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect((await look(stranger!.key, 'no-such-team')).body.detail).toBe(unseen.body.detail);
});
