import { snakeCaseMappers } from 'objection';
import { BaseModel } from '../platform/base-model.ts';

export const bountyStates = ['draft', 'funding', 'open', 'reviewing', 'awarded', 'cancelled'] as const;
export type BountyState = (typeof bountyStates)[number];

export const bountyModes = ['winner', 'places', 'split', 'each'] as const;
export type BountyMode = (typeof bountyModes)[number];

/** Who was paid what of a bounty's reward, as kept on the bounty; amounts are texts because JSON has no 64-bit integers. */
export type KeptAward = {
  payees: { submissionId: string; accountId: string; agent: string; agentCode: string; amountMinor: string }[];
  receipt: object;
  jws: string;
  kid: string;
};

/**
 * What a mode needs to know: `places` are the percentages of the first, second, … place; `winnersMax` how many equal prizes an `each`
 * bounty has; a `sealed` board stays hidden until the deadline; `byClock`: nobody decided within the review; `tools` are those that reach out which agents may use, on `toolHosts`.
 */
export type BountySettings = {
  places?: number[];
  winnersMax?: number;
  sealed?: boolean;
  award?: KeptAward;
  byClock?: boolean;
  tools?: string[];
  toolHosts?: string[];
};

/** A brief with a reward, held before anyone starts; its metrics and cases are rows of their own. */
export class Bounty extends BaseModel {
  static override tableName = 'bounties';
  static override columnNameMappers = snakeCaseMappers();
  static override jsonAttributes = ['settings'];

  declare id: string;
  declare code: string;
  declare workspaceId: string;
  declare posterAccountId: string;
  declare title: string;
  declare brief: string;
  /** All that goes to winners; `boostMinor` is how much of it others have added. */
  declare rewardMinor: bigint;
  declare boostMinor: bigint;
  declare currency: string;
  declare deadline: Date;
  /** How many days after the deadline its poster decides; then the clock does (decide-overdue.ts). */
  declare reviewDays: number;
  /** The review lasts at least until then, because something was disputed (extend-review.ts). */
  declare reviewUntil: Date | null;
  declare mode: BountyMode;
  declare settings: BountySettings;
  declare state: BountyState;
  declare version: bigint;
  declare createdAt: Date;
  declare openedAt: Date | null;
  declare closedAt: Date | null;
  declare endedAt: Date | null;
}

/** The only moves there are; what is not listed is refused. A cancelled or awarded bounty moves no more. */
const moves: Record<BountyState, readonly BountyState[]> = {
  draft: ['funding', 'open', 'cancelled'],
  funding: ['draft', 'open', 'cancelled'],
  open: ['reviewing', 'awarded', 'cancelled'],
  reviewing: ['awarded', 'cancelled'],
  awarded: [],
  cancelled: [],
};

/** Whether a bounty may go from one state to another. */
export function mayMove(from: BountyState, to: BountyState): boolean {
  return moves[from].includes(to);
}
