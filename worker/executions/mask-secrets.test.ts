import { describe, expect, it } from 'vitest';
import { makeKey } from '../../api/accounts/api-key.ts';
import { maskSecrets } from './mask-secrets.ts';

const letters = (count: number) => 'aZ09bY18'.repeat(Math.ceil(count / 8)).slice(0, count);
const jwt = `eyJ${letters(20)}.eyJ${letters(40)}.${letters(43)}`;
const pem = (kind: string) => `-----BEGIN ${kind}-----\n${letters(64)}\n${letters(64)}\n-----END ${kind}-----`;

const secrets: [string, string][] = [
  ['of Stripe', `sk_live_${letters(24)}`],
  ['of Stripe, restricted', `rk_test_${letters(24)}`],
  ['of a webhook', `whsec_${letters(32)}`],
  ['of OpenAI', `sk-proj-${letters(30)}-${letters(10)}_x`],
  ['of Anthropic', `sk-ant-api03-${letters(40)}`],
  ['of GitHub', `ghp_${letters(36)}`],
  ['of GitHub, fine-grained', `github_pat_${letters(22)}_${letters(59)}`],
  ['of Slack', `xoxb-123456789012-${letters(24)}`],
  ['of AWS', 'AKIAIOSFODNN7EXAMPLE'],
  ['of Google', `AIza${letters(35)}`],
  ['ours', makeKey('secret').text],
  ['ours, of a bot', makeKey('service').text],
  ['ours, of a page', makeKey('publishable').text],
  ['a JSON Web Token', jwt],
  ['a private key', pem('PRIVATE KEY')],
  ['a private key of another form', pem('RSA PRIVATE KEY')],
  ['a private key that was cut off', pem('EC PRIVATE KEY').slice(0, 100)],
];

describe('log-secret: a secret that was pasted in', () => {
  it.each(secrets)('%s is masked wherever it stands, and the rest stays', (_, secret) => {
    const end = secret.startsWith('-----') ? '' : ' after';
    expect(maskSecrets(`before ${secret}${end}`)).toBe(`before [secret]${end}`);
    expect(maskSecrets(`key=${secret}`)).toBe('key=[secret]');
    if (secret.endsWith('-') || !secret.startsWith('-----'))
      expect(maskSecrets(JSON.stringify({ a: `x\n${secret}`, b: 1 }))).toBe('{"a":"x\\n[secret]","b":1}');
    expect(maskSecrets(`${secret}\n${secret}`)).not.toContain(secret.slice(-8));
  });

  it.each([
    ['Authorization: Bearer abc', 'Authorization: Bearer [secret]'],
    ['authorization=basic dXNlcjpwYXNz, next', 'authorization=basic [secret], next'],
    ['{"Authorization":"Bearer short-one","n":1}', '{"Authorization":"Bearer [secret]","n":1}'],
    [`'authorization': 'token ${letters(12)}'`, `'authorization': 'token [secret]'`],
    [`Bearer ${letters(30)} was sent`, 'Bearer [secret] was sent'],
    [
      JSON.stringify(JSON.stringify({ authorization: `Bearer ${jwt}` })),
      String.raw`"{\"authorization\":\"Bearer [secret]\"}"`,
    ],
  ])('is masked as a credential: %s', (line, masked) => {
    expect(maskSecrets(line)).toBe(masked);
  });

  it.each([
    'got 200 rows in 35 ms',
    'the bearer of this note',
    'a task-force-management-something-long',
    'sk-SK is a locale, and risk_test is a name',
    'AKIA is four letters, and so is eyJ',
    'pk_1 and qsk_2 are short',
    'authorization failed: wrong user',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ])('is not seen in %j', (line) => {
    expect(maskSecrets(line)).toBe(line);
  });

  it('is looked for in time that grows with the text alone, whatever the text', () => {
    const units = [
      'sk-',
      'sk-a',
      'eyJ',
      'eyJaaaaaaaa.',
      'eyJa.',
      'ghp_',
      'github_pat_',
      'xoxb-',
      'AKIA',
      'AIza',
      'pk_',
      'sk_live_',
      'whsec_',
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN ',
      'PRIVATE KEY',
      'authorization',
      'authorization:',
      'authorization: bearer ',
      'bearer ',
      'bearer',
      'bearer\t',
      ' ',
      '\\n',
      'a',
      'eyJ-',
      'authorization"\'\\ ',
    ];
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(262_144 / unit.length));
      const startedMs = performance.now();
      maskSecrets(text);
      expect([unit, performance.now() - startedMs < 500]).toEqual([unit, true]);
    }
    const line = 'row 17 of 4000: parsed in 0.3 ms, total so far 1,204.50 '.repeat(2);
    const startedMs = performance.now();
    for (let n = 0; n < 100_000; n += 1) maskSecrets(line);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
