import { describe, expect, it } from 'vitest';
import { makeAccount, makeTeam } from '../../tests/support/factories.ts';
import { useAffiliates, type Account } from './affiliate-fixture.ts';
import { acceptWithinDays } from './terms.ts';

const { p, a } = useAffiliates();

describe('a code', () => {
  it('is made once, has a link, and its page says how to accept it', async () => {
    const account = await a.affiliate();
    expect((await p.post('/api/affiliates/codes', account.key)).body.code).toBe(account.code);
    const { link } = await a.me(account);
    expect(link).toBe(`http://quarry.test/i/${account.code}`);
    const page = await fetch(`${p.api.url}/i/${account.code.toLowerCase()}`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const text = (await page.text()).replace(/\s+/g, ' ');
    expect(text).toContain(`<code>/bounty invite accept:${account.code}</code>`);
    expect(text).toContain(`After that you have ${acceptWithinDays} days`);
    expect(page.headers.get('set-cookie')).toBeNull();
    expect((await fetch(`${p.api.url}/i/22222222`)).status).toBe(404);
    expect((await fetch(`${p.api.url}/i/%3Cscript%3E`)).status).toBe(404);
  });
});

describe('an invitation', () => {
  it('is accepted once, the first counts, and the affiliate learns a number alone', async () => {
    const [first, second] = [await a.affiliate(), await a.affiliate()];
    const account = await a.invitedBy(first);
    expect(await a.accept(account, first.code)).toMatchObject({ status: 200 });
    expect(await a.accept(account, second.code)).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    const told = await a.me(first);
    expect(told).toMatchObject({ invited: 1, sharePercent: 10, shareMonths: 12, balances: [], months: [] });
    expect(JSON.stringify(told)).not.toContain(account.id);
    expect(await a.me(second)).toMatchObject({ invited: 0 });
  });

  it('is accepted once when two codes come at once, twenty times each', async () => {
    const [first, second] = [await a.affiliate(), await a.affiliate()];
    const account = await makeAccount(p.t, 'Invited');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => a.accept(account, n % 2 === 0 ? first.code : second.code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect((await a.me(first)).invited + (await a.me(second)).invited).toBe(1);
  });

  it.each([
    ['one self', async (own: Account & { code: string }) => own, 'your own code'],
    [
      'an account that was there before the code',
      async ({ id }: Account) => {
        const account = await makeAccount(p.t, 'Old');
        await p.t
          .database('affiliate_codes')
          .where({ account_id: id })
          .update({ created_at: p.t.database.raw('clock_timestamp()') });
        return account;
      },
      'was there before the invitation',
    ],
    [
      'an account that is older than 30 days',
      async ({ id }: Account) => {
        const account = await makeAccount(p.t, 'Old');
        const ago = (days: number) => p.t.database.raw(`clock_timestamp() - ? * interval '1 day'`, [days]);
        await p.t
          .database('affiliate_codes')
          .where({ account_id: id })
          .update({ created_at: ago(60) });
        await p.t
          .database('accounts')
          .where({ id: account.id })
          .update({ created_at: ago(31) });
        return account;
      },
      'older than 30 days',
    ],
    ['an account that had a bounty open', async () => (await p.funded()).poster, 'was there before the invitation'],
    [
      'a colleague in a workspace',
      async ({ id }: Account) => {
        const account = await makeAccount(p.t, 'Colleague');
        await makeTeam(p.t, { [id]: 'owner', [account.id]: 'poster' });
        return account;
      },
      'in one workspace',
    ],
  ] as const)('by %s is refused', async (_, make, why) => {
    const own = await a.affiliate();
    const account = await make(own);
    const answer = await a.accept(account, own.code);
    expect(answer).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    expect(answer.body.detail).toContain(why);
    expect(await a.me(own)).toMatchObject({ invited: 0 });
  });

  it('under a code that is none is not found', async () => {
    const account = await makeAccount(p.t);
    expect(await a.accept(account, '22222222')).toMatchObject({ status: 404 });
    expect(await a.accept(account, "' or 1=1")).toMatchObject({ status: 404 });
  });
});
