import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpOptions } from '../../worker/tools/http/fetch-public.ts';

/** A public address of the tests' own internet: what stands behind it is on loopback. */
export const publicAddress = '93.184.216.34';

export type PublicServer = { http: HttpOptions; heard: IncomingMessage[]; bodies: string[]; close(): Promise<void> };

/**
 * A server on loopback that stands for the public internet. Names resolve as `names` says, anything else to a public address; every check of
 * an address is the product's, only the dialling after it leads here.
 */
export async function startPublicServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  names: Record<string, string[]> = {},
): Promise<PublicServer> {
  const heard: IncomingMessage[] = [];
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    heard.push(request);
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      bodies.push(body);
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    bodies,
    http: {
      ownHosts: ['quarry.example.net'],
      resolve: async (host) =>
        (names[host] ?? [publicAddress]).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      dial: (address) => {
        if (address !== publicAddress) throw new Error(`Something dialled ${address}`);
        return { host: '127.0.0.1', port };
      },
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
