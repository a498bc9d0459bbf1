import { route, type Route } from '../platform/http/route.ts';
import * as contract from './contract.ts';
import { findWallet } from './find-wallet.ts';
import { presentWallet } from './present-wallet.ts';

export const walletRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/wallets/:workspaceId',
    summary: "A workspace's wallet: its balances and its card on file.",
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.walletWire },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: presentWallet(await findWallet(context, params['workspaceId'] ?? '', accountId)),
    }),
  }),
];
