import type { Command } from './command.ts';
import { agentConnect } from './agent-connect.ts';
import { agentFork } from './agent-fork.ts';
import { agentList } from './agent-list.ts';
import { agentTest } from './agent-test.ts';
import { agentUpload } from './agent-upload.ts';
import { agentVersions } from './agent-versions.ts';
import { bountyAward } from './bounty-award.ts';
import { bountyBoard } from './bounty-board.ts';
import { bountyBoost } from './bounty-boost.ts';
import { bountyCancel } from './bounty-cancel.ts';
import { bountyClaim } from './bounty-claim.ts';
import { bountyDispute } from './bounty-dispute.ts';
import { bountyEnter } from './bounty-enter.ts';
import { bountyFund } from './bounty-fund.ts';
import { bountyHelp } from './bounty-help.ts';
import { bountyInvite } from './bounty-invite.ts';
import { bountyList } from './bounty-list.ts';
import { bountyPost } from './bounty-post.ts';
import { bountyReceipt } from './bounty-receipt.ts';
import { bountyReject } from './bounty-reject.ts';
import { bountyRuns } from './bounty-runs.ts';
import { bountyShow } from './bounty-show.ts';
import { bountySubmit } from './bounty-submit.ts';
import { bountyTest } from './bounty-test.ts';
import { bountyTip } from './bounty-tip.ts';
import { bountyWhy } from './bounty-why.ts';
import { bountyWithdraw } from './bounty-withdraw.ts';
import { payoutsSetup } from './payouts-setup.ts';
import { payoutsStatement } from './payouts-statement.ts';
import { payoutsStatus } from './payouts-status.ts';
import { setupPlan } from './setup-plan.ts';
import { setupApprovals, setupApprove, setupDecline } from './setup-approvals.ts';
import { setupApprovers } from './setup-approvers.ts';
import { setupLimits } from './setup-limits.ts';
import { setupWallet } from './setup-wallet.ts';

/** Every verb of both chats, in the order help lists them. A new verb is one file and one line here. */
export const commands: Command[] = [
  bountyPost,
  bountyFund,
  bountyBoost,
  bountyTip,
  bountyList,
  bountyShow,
  bountyEnter,
  bountyTest,
  bountySubmit,
  bountyWithdraw,
  bountyRuns,
  bountyBoard,
  bountyWhy,
  bountyAward,
  bountyReject,
  bountyDispute,
  bountyCancel,
  bountyClaim,
  bountyReceipt,
  bountyInvite,
  bountyHelp,
  agentUpload,
  agentVersions,
  agentList,
  agentTest,
  agentFork,
  agentConnect,
  payoutsSetup,
  payoutsStatus,
  payoutsStatement,
  setupPlan,
  setupWallet,
  setupLimits,
  setupApprovers,
  setupApprovals,
  setupApprove,
  setupDecline,
];
