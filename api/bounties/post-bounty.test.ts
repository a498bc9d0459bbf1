import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, makeTeam } from '../../tests/support/factories.ts';
import { inDays, openMarket, type Market } from './market-fixture.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

describe('posting a bounty', () => {
  it('makes a draft with a short code, in a workspace of its own when the account has none', async () => {
    const { key } = await makeAccount(market.t, 'Ada Lovelace');
    const answer = await market.post(key, {
      metrics: [
        { kind: 'exact', trim: true },
        { kind: 'judge', rubric: 'Is it polite?' },
      ],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      code: expect.stringMatching(/^B-[2-9A-Z]{3,}$/),
      state: 'draft',
      rewardMinor: 50_000,
      heldMinor: 0,
      feeMinor: 0,
      workspace: { slug: 'ada-lovelace' },
      poster: { name: 'Ada Lovelace' },
      metrics: [
        { kind: 'exact', weight: 1, passAt: 1, trim: true },
        { kind: 'judge', rubric: 'Is it polite?' },
      ],
      publicCases: [{ input: 'hello', expected: 'ham' }],
      privateCaseCount: 1,
      submissionCount: 0,
      best: null,
      canManage: true,
    });
  });

  it('needs a role that may post in the workspace named', async () => {
    const [poster, developer] = [await makeAccount(market.t), await makeAccount(market.t)];
    const team = await makeTeam(market.t, { [poster.id]: 'poster', [developer.id]: 'developer' });
    const stranger = await makeAccount(market.t);
    expect((await market.post(poster.key, { workspace: team.slug })).body.workspace.slug).toBe(team.slug);
    expect((await market.post(developer.key, { workspace: team.slug })).status).toBe(403);
    expect((await market.post(stranger.key, { workspace: team.slug })).status).toBe(404);
    expect((await market.post(null)).status).toBe(401);
  });

  const deep = JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`);
  const privateCase = { visibility: 'private', input: 1, expected: 1 };
  const refusals: [string, Record<string, unknown>, RegExp][] = [
    [
      'a deadline without a zone',
      { deadline: '2027-03-31T18:00:00' },
      /deadline: must be a date-time with its time zone/,
    ],
    ['a deadline that no calendar has', { deadline: '2027-02-30T18:00:00Z' }, /deadline/],
    ['a deadline in the year 0', { deadline: '0000-01-01T00:00:00Z' }, /deadline/],
    ['a workspace that no one could have', { workspace: '\0' }, /workspace: must be the slug or id/],
    ['a deadline in the past', { deadline: inDays(-1) }, /^deadline is in the past/],
    ['a deadline over a year away', { deadline: inDays(370) }, /^deadline is more than a year away/],
    ['a reward in fractions of a cent', { rewardMinor: 100.5 }, /rewardMinor: must be a whole number/],
    ['a reward as text', { rewardMinor: '1,000' }, /rewardMinor: must be a whole number/],
    ['a negative reward', { rewardMinor: -5 }, /rewardMinor/],
    ['a reward larger than numbers are exact', { rewardMinor: 2 ** 53 }, /rewardMinor/],
    ['a reward under 1.00', { rewardMinor: 99 }, /^rewardMinor must be at least 100, which is 1\.00 USD/],
    [
      'a reward under 1.000 dinar',
      { rewardMinor: 999, currency: 'KWD' },
      /^rewardMinor must be at least 1000, which is 1\.000 KWD/,
    ],
    ['a currency in small letters', { currency: 'usd' }, /currency: must be three capital letters/],
    ['a currency that is none', { currency: 'XXQ' }, /^currency XXQ is not supported/],
    ['an empty title', { title: '  ' }, /title: must not be empty/],
    ['a title of 151 characters', { title: 'x'.repeat(151) }, /title: must be at most 150 characters/],
    ['a title of two lines', { title: 'a\nb' }, /title: must be one line/],
    ['a brief with NUL', { brief: 'a\0b' }, /brief: has a NUL character/],
    ['a brief of 20,001 characters', { brief: 'x'.repeat(20_001) }, /brief: must be at most 20000/],
    ['a field nobody knows', { isFeatured: true }, /isFeatured/],
    ['a mode that is none', { mode: 'first' }, /mode: must be winner, places, split or each/],
    ['places that do not add up', { mode: 'places', places: [50, 30] }, /places: must add up to 100/],
    ['places that grow', { mode: 'places', places: [40, 60] }, /places: must not grow/],
    ['places in another mode', { places: [60, 40] }, /^places only goes with mode "places"/],
    ['equal prizes without their number', { mode: 'each' }, /^winnersMax is missing/],
    ['no metric', { metrics: [] }, /metrics: needs at least one metric/],
    [
      'eleven metrics',
      { metrics: Array.from({ length: 11 }, () => ({ kind: 'exact' })) },
      /metrics: may have at most 10/,
    ],
    ['a judge alone', { metrics: [{ kind: 'judge', rubric: 'good?' }] }, /^metrics needs one that decides/],
    [
      'a metric that weighs nothing alone',
      { metrics: [{ kind: 'exact', weight: 0 }] },
      /^metrics needs one that decides/,
    ],
    ['a metric nobody knows', { metrics: [{ kind: 'magic' }] }, /metrics\.0\.kind/],
    ['a pass mark over 1', { metrics: [{ kind: 'exact', passAt: 2 }] }, /metrics\.0\.passAt: must be between 0 and 1/],
    [
      'a pattern that does not compile',
      { metrics: [{ kind: 'exact' }, { kind: 'regex', pattern: '(' }] },
      /^metrics\.1\.pattern is not a valid regular expression/,
    ],
    [
      'a pattern that backtracks without end',
      { metrics: [{ kind: 'regex', pattern: '(a|a)*$' }] },
      /^metrics\.0\.pattern takes far too long/,
    ],
    [
      'a script that does not parse',
      { metrics: [{ kind: 'script', source: 'export default (' }] },
      /^metrics\.0\.source does not compile/,
    ],
    [
      'a schema that is none',
      { metrics: [{ kind: 'json_schema', schema: { type: 'thing' } }] },
      /^metrics\.0\.schema is not a usable JSON Schema/,
    ],
    ['no case', { cases: [] }, /cases: needs at least one private case/],
    [
      'public cases only',
      { cases: [{ visibility: 'public', input: 1, expected: 1 }] },
      /^cases needs at least one private case/,
    ],
    ['2,001 cases', { cases: Array.from({ length: 2_001 }, () => privateCase) }, /cases: may have at most 2000/],
    ['a case without an input', { cases: [{ visibility: 'private', expected: 1 }] }, /cases\.0\.input: is missing/],
    [
      'a case without an expectation',
      { cases: [{ visibility: 'private', input: 1 }] },
      /^cases\.0\.expected is missing. The exact metric/,
    ],
    [
      'a number expected that is none',
      { metrics: [{ kind: 'numeric' }], cases: [{ ...privateCase, expected: '1' }] },
      /^cases\.0\.expected must be a number/,
    ],
    [
      'an input over 1 MiB',
      { cases: [{ ...privateCase, input: 'x'.repeat(1024 * 1024) }] },
      /cases\.0\.input: is larger than 1 MiB/,
    ],
    [
      'an input nested 70 levels',
      { cases: [{ ...privateCase, input: deep }] },
      /cases\.0\.input: nests deeper than 64/,
    ],
    [
      'an input with NUL in a key',
      { cases: [{ ...privateCase, input: { 'a\0': 1 } }] },
      /cases\.0\.input: has a key that has a NUL/,
    ],
    [
      'an expectation with half a character',
      { cases: [{ ...privateCase, expected: '\ud800' }] },
      /cases\.0\.expected: has half of a surrogate pair/,
    ],
  ];
  it.each(refusals)('refuses %s in one sentence that names the field', async (_name, change, sentence) => {
    const { key } = await makeAccount(market.t);
    const answer = await market.post(key, change);
    expect([400, 422]).toContain(answer.status);
    expect(answer.body.detail.replace(/^The body is not right\. /, '')).toMatch(sentence);
    expect((await call(market.api, 'GET', '/api/bounties?mine=true', { key })).body.data).toEqual([]);
  });

  it('accepts what is exactly at its limits', async () => {
    const { key } = await makeAccount(market.t);
    const cases = Array.from({ length: 2_000 }, (_, index) => ({
      visibility: 'private',
      input: index,
      expected: null,
    }));
    const answer = await market.post(key, {
      title: 'é'.repeat(150),
      brief: 'x'.repeat(20_000),
      rewardMinor: 100,
      deadline: inDays(364),
      cases,
    });
    expect(answer.status).toBe(201);
    expect(answer.body.privateCaseCount).toBe(2_000);
    expect((await market.post(key, { rewardMinor: 1, currency: 'JPY' })).status).toBe(201);
    expect((await market.post(key, { rewardMinor: 299, mode: 'places' })).body.detail).toMatch(
      /^rewardMinor is too small for 3 prizes/,
    );
  });

  it('gives each bounty a code of its own, also when many are posted at once', async () => {
    const { key } = await makeAccount(market.t);
    const answers = await Promise.all(Array.from({ length: 10 }, () => market.post(key)));
    expect(new Set(answers.map((answer) => answer.body.code)).size).toBe(10);
  });
});
