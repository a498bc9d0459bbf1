import { describe, expect, it } from 'vitest';
import { makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { useTeam } from './wallet-fixture.ts';

const { p, team } = useTeam();

const limit = (body: object) =>
  p.post(`/api/wallets/${team.slug}/limits`, team.owner.key, { currency: 'USD', ...body });
const cancel = (id: string) => p.post(`/api/bounties/${id}/cancel`, team.owner.key);

describe('limits', () => {
  it('let nobody but owners and admins spend before one is set', async () => {
    await team.topUp(20_000);
    for (const who of [team.poster, team.moderator]) {
      const id = await team.draft(who);
      expect(await team.fund(who, id, { source: 'wallet' })).toMatchObject({
        status: 403,
        body: { code: 'spend_limit', detail: expect.stringContaining('may not spend') },
      });
    }
    expect((await team.fund(team.admin, await team.draft(team.admin), { source: 'wallet' })).status).toBe(200);
  });

  it('hold by role, and a member’s own in their place; what came back counts no more', async () => {
    await team.topUp(90_000);
    await limit({ role: 'poster', monthlyMinor: 11_500 });
    const first = await team.draft(team.poster);
    expect((await team.fund(team.poster, first, { source: 'wallet' })).status).toBe(200);
    const second = await team.draft(team.poster);
    expect(await team.fund(team.poster, second, { source: 'wallet' })).toMatchObject({
      status: 403,
      body: { code: 'spend_limit', detail: expect.stringMatching(/115\.00 USD for this month 0\.00 USD is left/) },
    });
    await cancel(first);
    expect((await team.fund(team.poster, second, { source: 'wallet' })).status).toBe(200);
    await limit({ accountId: team.poster.id, monthlyMinor: 23_000 });
    expect((await team.fund(team.poster, await team.draft(team.poster), { source: 'wallet' })).status).toBe(200);
    await limit({ accountId: team.poster.id, monthlyMinor: null });
    expect((await team.fund(team.poster, await team.draft(team.poster), { source: 'wallet' })).status).toBe(403);
  });

  it('are of a calendar month: what was spent before it counts no more', async () => {
    await team.topUp(90_000);
    await limit({ role: 'poster', monthlyMinor: 11_500 });
    const old = await team.draft(team.poster);
    await team.fund(team.poster, old, { source: 'wallet' });
    await p.t.database.raw(
      `update checkouts set created_at = date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '1 second' where bounty_id = ?`,
      [old],
    );
    expect((await team.fund(team.poster, await team.draft(team.poster), { source: 'wallet' })).status).toBe(200);
  });

  it('hold when twenty are asked for at once', async () => {
    await team.topUp(900_000);
    await limit({ role: 'poster', monthlyMinor: 40_000 });
    const ids = await Promise.all(Array.from({ length: 20 }, () => team.draft(team.poster)));
    const answers = await Promise.all(ids.map((id) => team.fund(team.poster, id, { source: 'wallet' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(await team.balance()).toBe(900_000n - 3n * 11_500n);
  });

  it('are set by owners and admins alone, for members, and are in the audit log', async () => {
    const set = (key: string, body: object) =>
      p.post(`/api/wallets/${team.slug}/limits`, key, { currency: 'USD', monthlyMinor: 5_000, ...body });
    for (const who of [team.moderator, team.poster, team.developer])
      expect((await set(who.key, { role: 'poster' })).status).toBe(403);
    const stranger = await makeAccount(p.t, 'Sam');
    expect((await set(stranger.key, { role: 'poster' })).status).toBe(404);
    expect((await set(team.admin.key, { accountId: stranger.id })).status).toBe(422);
    expect((await set(team.admin.key, { accountId: team.developer.id })).status).toBe(422);
    expect((await set(team.admin.key, {})).status).toBe(400);
    expect((await set(team.admin.key, { role: 'poster', monthlyMinor: -1 })).status).toBe(400);
    expect((await set(team.admin.key, { role: 'poster', currency: 'XXX' })).status).toBe(422);
    expect(await p.t.database('spend_limits').where({ workspace_id: team.id })).toEqual([]);
    expect((await set(team.admin.key, { accountId: team.poster.id })).body.limits).toMatchObject([
      { currency: 'USD', accountId: team.poster.id, monthlyMinor: 5_000 },
    ]);
    const audit: JsonValue[] = await p.t
      .database('security_audit_log')
      .where({ action: 'wallet.limit_set', subject: team.id });
    expect(audit).toMatchObject([{ account_id: team.admin.id, details: { monthlyMinor: 5_000 } }]);
  });
});
