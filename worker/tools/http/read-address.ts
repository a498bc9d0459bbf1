import { isIP } from 'node:net';
import { covers } from '../../../api/tools/policy.ts';

/** Where a request may go: hosts as approved, ports, and hosts of our own that nobody may reach. */
export type AddressRules = { hosts: string[]; ports: readonly number[]; ownHosts: readonly string[] };

/** Reads an address once, as WHATWG URL does, and refuses what is no plain public address. Throws Error('bad_url') or Error('host_denied'). */
export function readAddress(text: string, rules: AddressRules, base?: URL): URL {
  // URL would strip or turn these silently, and another reader of the same text might not.
  // oxlint-disable-next-line no-control-regex -- these characters are what is looked for
  if (/[\x00-\x20\x7f\\]/.test(text) || !URL.canParse(text, base)) throw new Error('bad_url');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('bad_url');
  if (url.username !== '' || url.password !== '' || url.hostname.endsWith('.')) throw new Error('bad_url');
  const host = url.hostname.toLowerCase();
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (isIP(host) !== 0 || host.startsWith('[')) throw new Error('address_denied');
  if (!rules.ports.includes(port) || rules.ownHosts.includes(host)) throw new Error('host_denied');
  if (!rules.hosts.some((pattern) => covers(pattern, host))) throw new Error('host_denied');
  return url;
}
