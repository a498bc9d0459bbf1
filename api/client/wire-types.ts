import type { input, output } from 'zod';
import type { affiliateWire } from '../affiliates/contract.ts';
import type { agentWire, testRequest, versionWire } from '../agents/contract.ts';
import type { bountyCard, bountyDetail, bountyRequest, awardAnswer, cancelAnswer } from '../bounties/contract.ts';
import type { claimedCard, claimedNotice } from '../chat/contract.ts';
import type { disputeWire } from '../disputes/contract.ts';
import type { executionSummary, executionWire } from '../executions/contract.ts';
import type { claimAnswer } from '../insurance/contract.ts';
import type { leaderboardRow } from '../leaderboards/contract.ts';
import type {
  boostAnswer,
  fundAnswer,
  giftRequest,
  payoutSetupAnswer,
  payoutStatusAnswer,
  teamFundAnswer,
  tipAnswer,
} from '../payments/contract.ts';
import type { planAnswer, planCatalogue, planInvoice, workspacePlan } from '../plans/contract.ts';
import type { payoutStatement } from '../statements/contract.ts';
import type { entryAnswer, submissionWire, submittedAnswer } from '../submissions/contract.ts';
import type { topUpAnswer, walletLine, walletSettings, walletWire, withdrawalAnswer } from '../wallets/contract.ts';
import type { requestWire } from '../approvals/contract.ts';

/** The shapes on the wire, by the names their readers use; each is its contract's, so it cannot drift. */
export type BountyCardWire = output<typeof bountyCard>;
export type BountyWire = output<typeof bountyDetail>;
export type BountyDraft = Omit<input<typeof bountyRequest>, 'metrics'> & { metrics: object[] };
export type LeaderboardRowWire = output<typeof leaderboardRow>;
export type AgentWire = output<typeof agentWire>;
export type AgentVersionWire = output<typeof versionWire>;
export type TestRequest = Partial<output<typeof testRequest>>;
export type ExecutionSummaryWire = output<typeof executionSummary>;
export type ExecutionWire = output<typeof executionWire>;
export type SubmittedWire = output<typeof submittedAnswer>;
export type DisputeWire = output<typeof disputeWire>;
export type SubmissionWire = output<typeof submissionWire>;
export type AwardAnswerWire = output<typeof awardAnswer>;
export type AwardPreviewWire = NonNullable<AwardAnswerWire['preview']>;
export type CancelPreviewWire = NonNullable<output<typeof cancelAnswer>['preview']>;
export type BoostRequestWire = input<typeof giftRequest>;
export type BoostWire = output<typeof boostAnswer>;
export type TipWire = output<typeof tipAnswer>;
export type FundingWire = output<typeof fundAnswer>;
export type AffiliateWire = output<typeof affiliateWire>;
export type ClaimWire = output<typeof claimAnswer>;
export type PayoutSetupWire = output<typeof payoutSetupAnswer>;
export type PayoutStatusWire = output<typeof payoutStatusAnswer>;
export type PayoutStatementWire = output<typeof payoutStatement>;
export type WalletWire = output<typeof walletWire>;
export type WalletLineWire = output<typeof walletLine>;
export type WalletSettingsWire = output<typeof walletSettings>;
export type TopUpWire = output<typeof topUpAnswer>;
export type WithdrawalWire = output<typeof withdrawalAnswer>;
export type ApprovalWire = output<typeof requestWire>;
export type TeamFundingWire = output<typeof teamFundAnswer>;
export type EntryWire = output<typeof entryAnswer>;
export type ReceiptWire = {
  receipt: {
    bounty: { code: string; title: string; currency: string };
    awards: { agent: string; agentCode: string; amountMinor: number }[];
    ranking: { agentCode: string; score: number }[];
  };
  jws: string;
  kid: string;
};
export type CardWire = output<typeof claimedCard>;

export type PlanCatalogueWire = output<typeof planCatalogue>;
export type WorkspacePlanWire = output<typeof workspacePlan>;
export type PlanAnswerWire = output<typeof planAnswer>;
export type PlanInvoiceWire = output<typeof planInvoice>;

export type NoticeWire = output<typeof claimedNotice>;

export type Page<T> = { data: T[]; nextCursor: string | null };
