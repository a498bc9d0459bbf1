import validator from 'validator';

/** Checks and sanitisers of strings, from the lists of https://github.com/validatorjs/validator.js. */
export default function run({ texts }: { texts: string[] }) {
  const checks = {
    isEmail: (text: string) => validator.isEmail(text),
    isURL: (text: string) => validator.isURL(text, { protocols: ['https'], require_protocol: true }),
    isIBAN: (text: string) => validator.isIBAN(text),
    isCreditCard: (text: string) => validator.isCreditCard(text),
    isISBN: (text: string) => validator.isISBN(text),
    isIP: (text: string) => validator.isIP(text),
    isUUID: (text: string) => validator.isUUID(text),
    isJSON: (text: string) => validator.isJSON(text),
    isISO8601: (text: string) => validator.isISO8601(text, { strict: true }),
    isAlpha: (text: string) => validator.isAlpha(text, 'pt-PT'),
  };
  return {
    passed: texts.map((text) =>
      Object.entries(checks)
        .filter(([, check]) => check(text))
        .map(([name]) => name),
    ),
    escaped: validator.escape('<a href="/x">&\'</a>'),
    normal: validator.normalizeEmail('Some.Name+tag@GoogleMail.com'),
    trimmed: validator.trim('--x--', '-'),
    stripped: validator.stripLow('a\u0001b\u007F'),
    strength: validator.isStrongPassword('aB3$efgh'),
    bytes: validator.isByteLength('é', { max: 1 }),
  };
}
