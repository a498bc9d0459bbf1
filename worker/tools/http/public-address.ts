import { BlockList, isIP } from 'node:net';

const v4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
// An IPv6 rule for ::ffff:0:0/96 would block all of IPv4: mapped addresses are caught by the rules above.
const v6 =
  '::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8';

const blocked = new BlockList();
for (const [family, list] of [
  ['ipv4', v4],
  ['ipv6', v6],
] as const) {
  for (const subnet of list.split(' ')) {
    const [network = '', bits = ''] = subnet.split('/');
    blocked.addSubnet(network, Number(bits), family);
  }
}

/** Whether an IP address belongs to the public internet (https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 twin). */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return !blocked.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
