const start = /(?:(?<![\w-])|(?<=\\[nrt]))/.source;

/**
 * What well-known secrets look like. Each begins where no word goes on, or with letters that cannot follow each other, so that no text makes
 * any of them look at the same letters again and again. Our own keys are those of api/accounts/api-key.ts.
 */
const shapes = [
  // Stripe, and OpenAI, Anthropic and others who begin with sk-.
  /[rs]k_(?:live|test)_[0-9A-Za-z]{10,}|whsec_[0-9A-Za-z+/=]{16,}/,
  new RegExp(`${start}sk-[\\w-]{16,}`),
  // GitHub, Slack, AWS, Google.
  /gh[opsru]_[0-9A-Za-z]{20,}|github_pat_\w{20,}/,
  /xox[a-z]-[0-9A-Za-z-]{10,}|xapp-[0-9A-Za-z-]{10,}/,
  new RegExp(`${start}(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])`),
  new RegExp(`${start}AIza[\\w-]{35}`),
  // Our own.
  /(?:qsk|qbot|pk)_[0-9A-Za-z]{36}(?![0-9A-Za-z])/,
  // JSON Web Tokens, signed or not.
  new RegExp(`${start}eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*`),
  /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|$)/,
].map((shape) => new RegExp(shape.source, 'g'));

/** What is sent as a credential, whatever it looks like; the words before it stay. */
const credentials =
  /(authorization["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}(?:bearer|basic|token)\s{1,4}|(?<![\w-])bearer\s{1,4}(?=[\w.~+/-]{20}))[^\s"'\\,;]+/gi;

/** Every text that any of the above finds has one of these: most lines are read once and left alone. */
const signs =
  /[rs]k_|sk-|whsec_|gh[opsru]_|github_pat_|xox[a-z]-|xapp-|A[KS]IA|AIza|qbot_|pk_|eyJ|PRIVATE KEY|bearer|authorization/i;

/** A text in which everything that looks like a well-known secret reads `[secret]`. A look-alike is masked too: better that than the other. */
export function maskSecrets(text: string): string {
  if (!signs.test(text)) return text;
  const masked = shapes.reduce((clean, shape) => clean.replace(shape, '[secret]'), text);
  return masked.replace(credentials, '$1[secret]');
}
