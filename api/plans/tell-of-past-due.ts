import { wantNotices } from '../chat/want-notices.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { tellManagers } from './tell-managers.ts';

/** When a missing payment is told: at once, half-way, on the last day, and when the plan is gone. */
export type Stage = 'start' | 'middle' | 'end' | 'over';

type PastDue = {
  id: string;
  workspace_id: string;
  past_due_since: Date;
  grace_ends_at: Date;
  stage: Stage;
  page_url: string | null;
};

const atATime = 50;

const sentences: Record<Stage, (until: string) => string> = {
  start: (until) =>
    `A payment of your plan failed. The plan goes on until ${until}. Pay the invoice, or change the card.`,
  middle: (until) =>
    `A payment of your plan is still missing. The plan goes on until ${until}. Pay the invoice by then.`,
  end: (until) => `A payment of your plan is still missing, and the plan ends on ${until}. Pay the invoice today.`,
  over: () =>
    'A payment of your plan is missing, so you are on Free. Bounties that are funded go on. Pay the invoice, and the plan is back at once.',
};

/**
 * Tells the owners and admins of each workspace with a missing payment what there is to tell now, once for each stage of each failure; of
 * stages that were missed only the last is told. Any worker may call it as often as it likes. Answers how many were told.
 */
export async function tellOfPastDue(context: Context): Promise<number> {
  return context.database.transaction(async (trx) => {
    const due = await findDue(context, trx);
    for (const one of due) await tell(trx, one);
    return due.length;
  });
}

async function findDue(context: Context, trx: Transaction): Promise<PastDue[]> {
  const { rows } = await trx.raw<{ rows: PastDue[] }>(
    `select * from (
       select s.id, s.workspace_id, s.past_due_since, s.past_due_since + :days * interval '1 day' as grace_ends_at,
         case when clock_timestamp() >= s.past_due_since + :days * interval '1 day' then 'over'
           when clock_timestamp() >= s.past_due_since + greatest(0, :days - 1) * interval '1 day' then 'end'
           when clock_timestamp() >= s.past_due_since + :days * interval '12 hours' then 'middle' else 'start' end as stage,
         (select page_url from plan_invoices i where i.subscription_id = s.id and i.status = 'open' order by i.created_at limit 1) as page_url
       from subscriptions s where s.status in ('past_due', 'unpaid') and s.past_due_since is not null
       for update of s skip locked
     ) late where not exists (select from plan_reminders r
       where r.subscription_id = late.id and r.past_due_since = late.past_due_since and r.stage = late.stage)
     order by past_due_since limit :atATime`,
    { days: context.config.plans.graceDays, atATime },
  );
  return rows;
}

async function tell(trx: Transaction, late: PastDue): Promise<void> {
  const { id, workspace_id: workspaceId, past_due_since: pastDueSince, grace_ends_at: endsAt, stage } = late;
  await trx('plan_reminders').insert({ subscription_id: id, past_due_since: pastDueSince, stage });
  const until = endsAt.toISOString().slice(0, 10);
  const sentence = sentences[stage](until);
  const payUrl = late.page_url;
  const told = await tellManagers(trx, workspaceId, {
    type: 'plan.payment_missing',
    payload: { stage, sentence, graceEndsAt: endsAt.toISOString(), payUrl },
  });
  const workspace = await trx('workspaces').where({ id: workspaceId }).first('name');
  await wantNotices(trx, told, {
    kind: 'plan_payment_missing',
    payload: { workspace: workspace.name, sentence, payUrl, isOver: stage === 'over' },
  });
}
