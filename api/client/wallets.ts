import type { input } from 'zod';
import type { approvalRuleRequest, limitRequest, topUpRequest, withdrawalRequest } from '../wallets/contract.ts';
import { get, post, remove, type CallOptions, type Connection } from './request.ts';
import type {
  ApprovalWire,
  Page,
  TopUpWire,
  WalletLineWire,
  WalletSettingsWire,
  WalletWire,
  WithdrawalWire,
} from './wire-types.ts';

/** A team's wallet, and who may spend what of it; a workspace is named by its id or slug. */
export function walletsOf(connection: Connection) {
  const act = <T>(path: string, body?: object, options?: CallOptions) => post<T>(connection, path, body, options);
  const of = (workspace: string) => `/api/wallets/${encodeURIComponent(workspace)}`;
  return {
    show: (workspace: string) => get<WalletWire>(connection, of(workspace)),
    history: (workspace: string, query: { limit?: number; cursor?: string } = {}) =>
      get<Page<WalletLineWire>>(connection, `${of(workspace)}/history`, query),
    topUp: (workspace: string, body: input<typeof topUpRequest>, options?: CallOptions) =>
      act<TopUpWire>(`${of(workspace)}/top-ups`, body, options),
    withdraw: (workspace: string, body: input<typeof withdrawalRequest>, options?: CallOptions) =>
      act<WithdrawalWire>(`${of(workspace)}/withdrawals`, body, options),
    setUpCard: (workspace: string, options?: CallOptions) =>
      act<{ setupUrl: string }>(`${of(workspace)}/card`, {}, options),
    removeCard: (workspace: string) => remove<null>(connection, `${of(workspace)}/card`),
    rules: (workspace: string) => get<WalletSettingsWire>(connection, `${of(workspace)}/rules`),
    setLimit: (workspace: string, body: input<typeof limitRequest>, options?: CallOptions) =>
      act<WalletSettingsWire>(`${of(workspace)}/limits`, body, options),
    setApprovalRule: (workspace: string, body: input<typeof approvalRuleRequest>, options?: CallOptions) =>
      act<WalletSettingsWire>(`${of(workspace)}/approval-rule`, body, options),
    addApprover: (workspace: string, accountId: string, options?: CallOptions) =>
      act<WalletSettingsWire>(`${of(workspace)}/approvers`, { accountId }, options),
    removeApprover: (workspace: string, accountId: string) =>
      remove<WalletSettingsWire>(connection, `${of(workspace)}/approvers/${encodeURIComponent(accountId)}`),
    approvals: (workspace: string) => get<{ data: ApprovalWire[] }>(connection, `${of(workspace)}/approvals`),
  };
}

/** Fundings that wait for a second person. */
export function approvalsOf(connection: Connection) {
  const of = (id: string) => `/api/approvals/${encodeURIComponent(id)}`;
  return {
    show: (id: string) => get<ApprovalWire>(connection, of(id)),
    approve: (id: string, options?: CallOptions) => post<ApprovalWire>(connection, `${of(id)}/approve`, {}, options),
    decline: (id: string, body: { reason?: string }, options?: CallOptions) =>
      post<ApprovalWire>(connection, `${of(id)}/decline`, body, options),
  };
}
