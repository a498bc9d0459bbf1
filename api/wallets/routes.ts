import { z } from 'zod';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { pageOf, pageQuery } from '../platform/http/pages.ts';
import { route, type Answer, type Route } from '../platform/http/route.ts';
import { isUuid } from '../platform/short-code.ts';
import * as contract from './contract.ts';
import { findWallet } from './find-wallet.ts';
import { findWalletHistory } from './find-wallet-history.ts';
import { findWalletSettings } from './find-wallet-settings.ts';
import {
  presentSettings,
  presentTopUp,
  presentWallet,
  presentWalletLine,
  presentWithdrawal,
} from './present-wallet.ts';
import { removeCard } from './remove-card.ts';
import { setApprovalRule, setApprover, setLimit } from './set-limits.ts';
import { startCardSetup } from './start-card-setup.ts';
import { previewTopUp, startTopUp } from './start-top-up.ts';
import { previewWithdrawal, withdraw } from './withdraw.ts';

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
  route({
    method: 'GET',
    path: '/api/wallets/:workspaceId/history',
    summary: 'Every movement of a wallet, the newest first: who moved what and why. For owners and admins.',
    who: 'signed_in',
    limit: 'read',
    query: pageQuery,
    answers: { 200: pageOf(contract.walletLine) },
    handle: async ({ context, accountId, params, query }) => {
      const workspace = params['workspaceId'] ?? '';
      const { lines, nextCursor } = await findWalletHistory(context, { workspace, accountId, ...query });
      return { status: 200, body: { data: lines.map(presentWalletLine), nextCursor } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/wallets/:workspaceId/top-ups',
    summary: 'Opens the page where money is paid into a wallet; with dryRun only the exact figures.',
    who: 'signed_in',
    limit: 'money',
    body: contract.topUpRequest,
    answers: { 200: contract.topUpAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const amountMinor = BigInt(body.amountMinor);
      const request = { workspace: params['workspaceId'] ?? '', accountId, amountMinor, currency: body.currency };
      const figures = body.dryRun ? await previewTopUp(context, request) : await startTopUp(context, request);
      const answered = presentTopUp(figures);
      return { status: 200, body: answered, page: answered.checkoutUrl };
    },
  }),
  route({
    method: 'POST',
    path: '/api/wallets/:workspaceId/withdrawals',
    summary: 'Sends unused money of a wallet back to the payments it came from; with dryRun only what would go where.',
    who: 'signed_in',
    limit: 'money',
    body: contract.withdrawalRequest,
    answers: { 200: contract.withdrawalAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const request = {
        workspace: params['workspaceId'] ?? '',
        accountId,
        amountMinor: BigInt(body.amountMinor),
        currency: body.currency,
        reason: body.reason,
      };
      const withdrawal = body.dryRun
        ? await previewWithdrawal(context, request)
        : await context.database.transaction((trx) => withdraw(context, trx, request));
      return { status: 200, body: presentWithdrawal(withdrawal) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/wallets/:workspaceId/card',
    summary: "Opens Stripe's page where a workspace's card is given; nothing is charged. For owners and admins.",
    who: 'signed_in',
    limit: 'money',
    answers: { 200: contract.cardSetupAnswer },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: await startCardSetup(context, { workspace: params['workspaceId'] ?? '', accountId }),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/wallets/:workspaceId/card',
    summary: "Forgets a workspace's card. For owners and admins.",
    who: 'signed_in',
    limit: 'money',
    answers: { 204: z.null() },
    handle: async ({ context, accountId, params }) => {
      await removeCard(context, { workspace: params['workspaceId'] ?? '', accountId });
      return { status: 204 };
    },
  }),
  route({
    method: 'GET',
    path: '/api/wallets/:workspaceId/rules',
    summary: 'Who may spend what, and who agrees to more. For owners and admins.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.walletSettings },
    handle: ({ context, accountId, params }) => answer(context, params['workspaceId'] ?? '', accountId),
  }),
  route({
    method: 'POST',
    path: '/api/wallets/:workspaceId/limits',
    summary: 'Sets what a member, or everybody of a role, may spend in a calendar month. For owners and admins.',
    who: 'signed_in',
    limit: 'money',
    body: contract.limitRequest,
    answers: { 200: contract.walletSettings },
    handle: async ({ context, accountId, params, body }) => {
      const workspace = params['workspaceId'] ?? '';
      await setLimit(
        context,
        { workspace, accountId },
        {
          currency: body.currency,
          memberId: body.accountId ?? null,
          role: body.role ?? null,
          monthlyMinor: minorOf(body.monthlyMinor),
        },
      );
      return answer(context, workspace, accountId);
    },
  }),
  route({
    method: 'POST',
    path: '/api/wallets/:workspaceId/approval-rule',
    summary: 'Sets above which amount a second person must agree. For owners and admins.',
    who: 'signed_in',
    limit: 'money',
    body: contract.approvalRuleRequest,
    answers: { 200: contract.walletSettings },
    handle: async ({ context, accountId, params, body }) => {
      const workspace = params['workspaceId'] ?? '';
      const rule = { currency: body.currency, aboveMinor: minorOf(body.aboveMinor) };
      await setApprovalRule(context, { workspace, accountId }, rule);
      return answer(context, workspace, accountId);
    },
  }),
  route({
    method: 'POST',
    path: '/api/wallets/:workspaceId/approvers',
    summary: 'Names an approver. For owners and admins.',
    who: 'signed_in',
    limit: 'money',
    body: contract.approverRequest,
    answers: { 200: contract.walletSettings },
    handle: async ({ context, accountId, params, body }) => {
      const workspace = params['workspaceId'] ?? '';
      await setApprover(context, { workspace, accountId }, { memberId: body.accountId, isApprover: true });
      return answer(context, workspace, accountId);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/wallets/:workspaceId/approvers/:accountId',
    summary: 'Takes the name of an approver away. For owners and admins.',
    who: 'signed_in',
    limit: 'money',
    answers: { 200: contract.walletSettings },
    handle: async ({ context, accountId, params }) => {
      const workspace = params['workspaceId'] ?? '';
      const memberId = params['accountId'] ?? '';
      if (!isUuid(memberId)) throw new Failure('not_found', 'There is no account under that id.');
      await setApprover(context, { workspace, accountId }, { memberId, isApprover: false });
      return answer(context, workspace, accountId);
    },
  }),
];

async function answer(context: Context, workspace: string, accountId: string): Promise<Answer> {
  return { status: 200, body: presentSettings(await findWalletSettings(context, workspace, accountId)) };
}

function minorOf(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}
