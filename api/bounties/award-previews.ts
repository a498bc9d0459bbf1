import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { forgetRows } from '../platform/forget-rows.ts';
import { lives } from '../platform/lives.ts';
import { isUuid } from '../platform/short-code.ts';
import type { Bounty } from './bounty.ts';
import type { AwardPlan } from './make-award-plan.ts';
import type { Choice } from './plan-award.ts';

/** What somebody was shown; `figures` are to be compared with `figuresOf` alone. */
export type KeptPreview = { choices: Choice[]; figures: string };

/** Keeps what somebody is shown before they award. Answers the id that confirms it. */
export async function keepAwardPreview(
  database: Database,
  preview: { bountyId: string; accountId: string; choices: Choice[]; plan: AwardPlan },
): Promise<string> {
  const [row] = await database('award_previews')
    .insert({
      bounty_id: preview.bountyId,
      account_id: preview.accountId,
      choices: JSON.stringify(preview.choices),
      figures: figuresOf(preview.plan),
    })
    .returning('id');
  return row.id;
}

/** The preview that this person was shown of this bounty. Throws `not_found` for another's, and for one that is more than a day old. */
export async function findAwardPreview(
  trx: Transaction,
  bounty: Pick<Bounty, 'id' | 'code'>,
  { previewId, accountId }: { previewId: string; accountId: string },
): Promise<KeptPreview> {
  const preview = isUuid(previewId)
    ? await trx('award_previews')
        .where({ id: previewId, bounty_id: bounty.id, account_id: accountId })
        .whereRaw(`created_at > clock_timestamp() - ? * interval '1 hour'`, [lives.awardPreviewHours])
        .first('choices', 'figures')
    : undefined;
  if (preview === undefined)
    throw new Failure('not_found', `You have no preview of awarding ${bounty.code} under that id. Look at it again.`);
  return preview;
}

/** Everything that moves, as a text that is the same for the same figures. */
export function figuresOf({ payees, rewardMinor, feeMinor, refundMinor, currency, funders }: AwardPlan): string {
  const paid = payees.map(({ submissionId, amountMinor }) => `${submissionId} ${amountMinor}`);
  const returned = funders.map(({ refundMinor: minor }) => minor);
  return [...paid, rewardMinor, feeMinor, refundMinor, currency, ...returned].join('\n');
}

/** Forgets previews that can be confirmed no more. Answers how many. */
export function forgetAwardPreviews(context: Context): Promise<number> {
  return forgetRows(context, { table: 'award_previews', since: 'created_at', hours: lives.awardPreviewHours });
}
