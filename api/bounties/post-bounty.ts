import { findHiddenCharacters } from '../moderation/find-hidden-characters.ts';
import { flagContent } from '../moderation/flag-content.ts';
import { refuseBeyondHolding } from '../payments/holding-limit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { once } from '../platform/once.ts';
import { refuseOverPlan } from '../plans/keep-plan-limits.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { shortCode } from '../platform/short-code.ts';
import type { MetricKind } from '../verification/metric.ts';
import { findPostingWorkspace } from '../workspaces/find-posting-workspace.ts';
import { Bounty, type BountyMode } from './bounty.ts';
import { checkBounty } from './check-bounty.ts';

/** A bounty as its poster describes it; `deadline` is an ISO date-time with its offset. */
export type NewBounty = {
  title: string;
  brief: string;
  rewardMinor: number;
  currency: string;
  deadline: string;
  reviewDays: number;
  mode: BountyMode;
  metrics: {
    kind: MetricKind;
    weight: number;
    passAt: number;
    path?: string | undefined;
    [setting: string]: unknown;
  }[];
  cases: { visibility: 'public' | 'private'; input: unknown; expected?: unknown }[];
  workspace?: string | undefined;
  places?: number[] | undefined;
  winnersMax?: number | undefined;
  sealed: boolean;
  tools: string[];
  toolHosts: string[];
};

const casesPerInsert = 200;
const usualPlaces = [50, 30, 20];

/**
 * Checks a bounty and stores it as a draft with its metrics and cases; answers its id. Opens its own transaction, after the checks, because
 * compiling a scoring script may take seconds. Throws `invalid_value` naming the field, `forbidden` or `not_found` for the workspace, `plan_limit`
 * for its plan.
 */
export async function postBounty(context: Context, accountId: string, request: NewBounty): Promise<string> {
  await checkBounty(context.database, accountId, request);
  refuseBeyondHolding(context, { deadline: new Date(request.deadline), reviewDays: request.reviewDays }, 'deadline');
  return context.database.transaction((trx) =>
    once(context, trx, 'bounty.post', async () => (await storeBounty(context, trx, accountId, request)).id),
  );
}

async function storeBounty(context: Context, trx: Transaction, accountId: string, request: NewBounty): Promise<Bounty> {
  const workspace = await findPostingWorkspace(trx, accountId, request.workspace);
  const { currency } = request;
  await refuseOverPlan(context, trx, { workspaceId: workspace.id, rewardMinor: BigInt(request.rewardMinor), currency });
  const bounty = await Bounty.query(trx).insertAndFetch({
    code: await nextCode(trx),
    workspaceId: workspace.id,
    posterAccountId: accountId,
    title: request.title,
    brief: request.brief,
    rewardMinor: BigInt(request.rewardMinor),
    currency: request.currency,
    deadline: new Date(request.deadline),
    reviewDays: request.reviewDays,
    mode: request.mode,
    settings: settingsOf(request),
  });
  await storeMetrics(trx, bounty.id, request.metrics);
  await storeCases(trx, bounty.id, request.cases);
  await flagHiddenTitle(trx, bounty);
  await recordEvent(trx, {
    type: 'bounty.changed',
    audience: 'account',
    accountId,
    workspaceId: workspace.id,
    bountyId: bounty.id,
    payload: { state: 'draft', version: 1 },
  });
  context.logger.info({ bountyId: bounty.id, code: bounty.code, workspaceId: workspace.id }, 'bounty posted');
  return bounty;
}

async function nextCode(trx: Transaction): Promise<string> {
  const { rows } = await trx.raw<{ rows: { n: bigint }[] }>(`select nextval('bounty_code_numbers') as n`);
  if (rows[0] === undefined) throw new Error('The sequence of bounty codes gave no number');
  return shortCode('B', rows[0].n);
}

/** Shows moderators a title with characters that nobody sees. Those that turn the reading order are refused before: see the contract. */
async function flagHiddenTitle(trx: Transaction, { id, title }: Bounty): Promise<void> {
  const [place] = findHiddenCharacters(title);
  if (place === undefined) return;
  await flagContent(trx, { rule: 'hidden_in_name', on: { bountyId: id }, evidence: { text: place.text } });
}

function settingsOf(request: NewBounty): Bounty['settings'] {
  return {
    ...(request.mode === 'places' ? { places: request.places ?? usualPlaces } : {}),
    ...(request.winnersMax === undefined ? {} : { winnersMax: request.winnersMax }),
    ...(request.sealed ? { sealed: true } : {}),
    ...(request.tools.length === 0 ? {} : { tools: request.tools, toolHosts: request.toolHosts }),
  };
}

async function storeMetrics(trx: Transaction, bountyId: string, metrics: NewBounty['metrics']): Promise<void> {
  await trx('bounty_metrics').insert(
    metrics.map(({ kind, weight, passAt, ...settings }, position) => ({
      bounty_id: bountyId,
      position,
      kind,
      weight,
      pass_at: passAt,
      settings: JSON.stringify(settings),
    })),
  );
}

async function storeCases(trx: Transaction, bountyId: string, cases: NewBounty['cases']): Promise<void> {
  const rows = cases.map((item, position) => ({
    bounty_id: bountyId,
    position,
    visibility: item.visibility,
    input: JSON.stringify(item.input),
    expected: item.expected === undefined ? null : JSON.stringify(item.expected),
  }));
  for (let from = 0; from < rows.length; from += casesPerInsert) {
    await trx('bounty_cases').insert(rows.slice(from, from + casesPerInsert));
  }
}
