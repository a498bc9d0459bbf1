import type { exchangedToken } from '../accounts/contract.ts';
import type { output, input } from 'zod';
import type { exchangeToken } from '../accounts/contract.ts';
import type { cardRequest, claimAnswer, homeRequest, settleNoticeRequest, settleRequest } from '../chat/contract.ts';
import type { connectorWire, linkRequest, linkWire } from '../integrations/contract.ts';
import type { acceptAnswer } from '../affiliates/contract.ts';
import type { entryAnswer } from '../submissions/contract.ts';
import type { fundAnswer, payoutSetupAnswer, payoutStatusAnswer } from '../payments/contract.ts';
import type { planRequest } from '../plans/contract.ts';
import { disputesOf } from './disputes.ts';
import { get, post, type CallOptions, type Connection, type Query } from './request.ts';
import { approvalsOf, walletsOf } from './wallets.ts';
import type { AgentRequest, VersionRequest } from '../agents/contract.ts';
import type {
  AffiliateWire,
  AgentVersionWire,
  AgentWire,
  AwardAnswerWire,
  AwardPreviewWire,
  BoostRequestWire,
  BoostWire,
  BountyCardWire,
  BountyDraft,
  BountyWire,
  CancelPreviewWire,
  ClaimWire,
  ExecutionSummaryWire,
  ExecutionWire,
  LeaderboardRowWire,
  NoticeWire,
  Page,
  PayoutStatementWire,
  PlanAnswerWire,
  PlanCatalogueWire,
  PlanInvoiceWire,
  ReceiptWire,
  SubmissionWire,
  SubmittedWire,
  TestRequest,
  TipWire,
  WorkspacePlanWire,
  TeamFundingWire,
} from './wire-types.ts';

export type Client = ReturnType<typeof createClient>;

type List = { limit?: number; cursor?: string };
type Award =
  | { submissionId: string; dryRun?: boolean }
  | { previewId: string }
  | { shares: { submissionId: string; share?: number }[]; dryRun?: boolean };
type Preview<P> = { state: string; preview: P };

/** The whole API as typed functions; ids may be short codes. Runs in browsers and in Node. */
export function createClient(connection: Connection) {
  const read = <T>(path: string, query?: Query) => get<T>(connection, path, query);
  const act = <T>(path: string, body?: object, options?: CallOptions) => post<T>(connection, path, body, options);
  const of = (resource: string, id: string) => `/api/${resource}/${encodeURIComponent(id)}`;
  return {
    auth: {
      exchange: (body: input<typeof exchangeToken>) => act<output<typeof exchangedToken>>('/api/auth/token', body),
    },
    bounties: {
      post: (body: BountyDraft, options?: CallOptions) => act<BountyWire>('/api/bounties', body, options),
      list: (query: List & { state?: string; workspace?: string; q?: string; mine?: boolean; sort?: string } = {}) =>
        read<Page<BountyCardWire>>('/api/bounties', query),
      show: (id: string) => read<BountyWire>(of('bounties', id)),
      fund: (id: string, body: { dryRun?: boolean; insured?: boolean } = {}, options?: CallOptions) =>
        act<output<typeof fundAnswer>>(`${of('bounties', id)}/fund`, body, options),
      fundFromTeam: (
        id: string,
        body: { source: 'wallet' | 'card'; dryRun?: boolean; insured?: boolean },
        options?: CallOptions,
      ) => act<TeamFundingWire>(`${of('bounties', id)}/fund`, body, options),
      board: (id: string, query: List = {}) =>
        read<Page<LeaderboardRowWire>>(`${of('bounties', id)}/leaderboard`, query),
      enter: (id: string, options?: CallOptions) =>
        act<output<typeof entryAnswer>>(`${of('bounties', id)}/entries`, {}, options),
      award: (id: string, body: Award, options?: CallOptions) =>
        act<AwardAnswerWire & { preview: AwardPreviewWire }>(`${of('bounties', id)}/award`, body, options),
      cancel: (id: string, body: { dryRun?: boolean } = {}, options?: CallOptions) =>
        act<Preview<CancelPreviewWire>>(`${of('bounties', id)}/cancel`, body, options),
      boost: (id: string, body: BoostRequestWire, options?: CallOptions) =>
        act<BoostWire>(`${of('bounties', id)}/boosts`, body, options),
      claim: (id: string, body: { dryRun?: boolean } = {}, options?: CallOptions) =>
        act<ClaimWire>(`${of('bounties', id)}/claim`, body, options),
      receipt: (id: string) => read<ReceiptWire>(`${of('bounties', id)}/receipt`),
    },
    submissions: {
      tip: (id: string, body: BoostRequestWire, options?: CallOptions) =>
        act<TipWire>(`${of('submissions', id)}/tips`, body, options),
      submit: (bounty: string, body: { versionId: string }, options?: CallOptions) =>
        act<SubmittedWire>(`${of('bounties', bounty)}/submissions`, body, options),
      list: (bounty: string, query: List & { mine?: boolean; agent?: string } = {}) =>
        read<Page<SubmissionWire>>(`${of('bounties', bounty)}/submissions`, query),
      show: (id: string) => read<SubmissionWire>(of('submissions', id)),
      withdraw: (id: string, options?: CallOptions) =>
        act<SubmissionWire>(`${of('submissions', id)}/withdraw`, {}, options),
      reject: (id: string, body: { reason: string }, options?: CallOptions) =>
        act<SubmissionWire>(`${of('submissions', id)}/reject`, body, options),
      restore: (id: string, options?: CallOptions) =>
        act<SubmissionWire>(`${of('submissions', id)}/restore`, {}, options),
    },
    disputes: disputesOf(connection),
    agents: {
      upload: (body: AgentRequest, options?: CallOptions) => act<AgentWire>('/api/agent-uploads', body, options),
      addVersion: (id: string, body: VersionRequest, options?: CallOptions) =>
        act<AgentWire>(`${of('agent-uploads', id)}/versions`, body, options),
      fork: (id: string, body: { version?: number; name?: string; asCode?: boolean }, options?: CallOptions) =>
        act<AgentWire>(`${of('agent-uploads', id)}/fork`, body, options),
      list: (query: List = {}) => read<Page<AgentWire>>('/api/agent-uploads', query),
      show: (id: string) => read<AgentWire>(of('agent-uploads', id)),
      versions: (id: string, query: List = {}) =>
        read<Page<AgentVersionWire>>(`${of('agent-uploads', id)}/versions`, query),
      test: (id: string, body: TestRequest, options?: CallOptions) =>
        act<{ executionId?: string; executionIds?: string[] }>(`${of('agent-uploads', id)}/test`, body, options),
    },
    executions: {
      list: (query: List & { submissionId?: string; state?: string; agent?: string } = {}) =>
        read<Page<ExecutionSummaryWire>>('/api/executions', query),
      show: (id: string) => read<ExecutionWire>(of('executions', id)),
      cancel: (id: string, options?: CallOptions) => act<ExecutionWire>(`${of('executions', id)}/cancel`, {}, options),
      retry: (id: string, options?: CallOptions) => act<ExecutionWire>(`${of('executions', id)}/retry`, {}, options),
      replay: (id: string, options?: CallOptions) =>
        act<{ executionId: string }>(`${of('executions', id)}/replay`, {}, options),
    },
    integrations: {
      list: () => read<{ data: output<typeof connectorWire>[] }>('/api/integrations'),
      linksOf: (agent: string) =>
        read<{ data: output<typeof linkWire>[] }>(`${of('agent-uploads', agent)}/integrations`),
      link: (agent: string, body: input<typeof linkRequest>, options?: CallOptions) =>
        act<output<typeof linkWire>>(`${of('agent-uploads', agent)}/integrations`, body, options),
    },
    payouts: {
      setup: (body: { country: string }, options?: CallOptions) =>
        act<output<typeof payoutSetupAnswer>>('/api/payouts/setup', body, options),
      status: () => read<output<typeof payoutStatusAnswer>>('/api/payouts'),
      statement: (query: { year?: number | undefined } = {}) =>
        read<PayoutStatementWire>('/api/payouts/statement', query),
    },
    wallets: walletsOf(connection),
    approvals: approvalsOf(connection),
    affiliates: {
      makeCode: (options?: CallOptions) => act<{ code: string; link: string }>('/api/affiliates/codes', {}, options),
      accept: (body: { code: string }, options?: CallOptions) =>
        act<output<typeof acceptAnswer>>('/api/affiliates/invitations', body, options),
      me: () => read<AffiliateWire>('/api/affiliates/me'),
    },
    plans: {
      list: () => read<PlanCatalogueWire>('/api/plans'),
      show: (workspace: string) => read<WorkspacePlanWire>(`${of('workspaces', workspace)}/plan`),
      choose: (workspace: string, body: input<typeof planRequest>, options?: CallOptions) =>
        act<PlanAnswerWire>(`${of('workspaces', workspace)}/plan`, body, options),
      cancel: (workspace: string, body: { dryRun?: boolean } = {}, options?: CallOptions) =>
        act<{ done: boolean; endsAt: string }>(`${of('workspaces', workspace)}/plan/cancel`, body, options),
      keep: (workspace: string, options?: CallOptions) =>
        act<WorkspacePlanWire>(`${of('workspaces', workspace)}/plan/keep`, {}, options),
      card: (workspace: string) => act<{ url: string }>(`${of('workspaces', workspace)}/plan/card`, {}),
      invoices: (workspace: string) =>
        read<{ data: PlanInvoiceWire[] }>(`${of('workspaces', workspace)}/plan/invoices`),
    },
    chat: {
      setHome: (body: input<typeof homeRequest>) => act<object>('/api/chat/homes', body),
      wantCard: (body: input<typeof cardRequest>) => act<object>('/api/chat/cards', body),
      claimCards: (body: { limit?: number } = {}) => act<output<typeof claimAnswer>>('/api/chat/cards/claim', body),
      claimNotices: () => act<{ data: NoticeWire[] }>('/api/chat/notices/claim', {}),
      settleNotice: (id: string, body: input<typeof settleNoticeRequest>) =>
        act<{ settled: boolean }>(`/api/chat/notices/${id}/settle`, body),
      settleCard: (id: string, body: input<typeof settleRequest>) =>
        act<{ settled: boolean }>(`/api/chat/cards/${id}/settle`, body),
    },
  };
}
