const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const ours = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'cookie',
  'user-agent',
  'accept-encoding',
  'idempotency-key',
  'forwarded',
]);

/** Headers an agent may set, by lower-case name. Throws Error('invalid_arguments') for a name or value that could become another header, or is ours. */
export function readHeaders(given: unknown): Record<string, string> {
  const entries = Object.entries((given ?? {}) as Record<string, string>).map(([name, value]): [string, string] => {
    const lower = name.toLowerCase();
    const isOurs = ours.has(lower) || /^(?:x-forwarded-|proxy-|sec-)/.test(lower);
    if (!token.test(name) || isOurs || !/^[\t\x20-\x7e]*$/.test(value)) throw new Error('invalid_arguments');
    return [lower, value];
  });
  return Object.fromEntries(entries);
}
