import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { addonNames, covers, type AddonName, type PlanName } from './catalogue.ts';

/** Why a workspace has its plan: `before` it was here before there were plans; `installation` is what everybody has here. */
export type PlanSource = 'none' | 'installation' | 'before' | 'agreement' | 'subscription';

export type HeldPlan = { workspaceId: string; slug: string; plan: PlanName; addons: AddonName[]; source: PlanSource };

type Row = {
  workspace_id: string;
  slug: string;
  granted: PlanName | null;
  granted_addons: AddonName[] | null;
  is_agreement: boolean;
  paid: 'pro' | null;
  paid_addons: AddonName[] | null;
};

/**
 * SQL: whether the subscription `s` counts now, by the database's clock. One whose payment failed counts until its grace is over (one
 * parameter: the days of it).
 */
export const subscriptionCounts = `(s.status in ('active', 'trialing')
  or (s.status = 'past_due' and s.past_due_since + ? * interval '1 day' > clock_timestamp()))`;

/** The plan a workspace has at this moment: the most of what the installation, an agreement and a subscription give. */
export async function findPlan(
  context: Pick<Context, 'config'>,
  database: Database,
  workspaceId: string,
): Promise<HeldPlan> {
  const [held] = await find(context, database, 'w.id = ?', workspaceId);
  if (held === undefined) throw new Error(`There is no workspace ${workspaceId}`);
  return held;
}

/** The plans of all workspaces an account is a member of. */
export function findPlansOf(
  context: Pick<Context, 'config'>,
  database: Database,
  accountId: string,
): Promise<HeldPlan[]> {
  return find(context, database, 'w.id in (select workspace_id from members where account_id = ?)', accountId);
}

async function find(context: Pick<Context, 'config'>, database: Database, which: string, id: string) {
  const { graceDays, everybodyHas } = context.config.plans;
  const { rows } = await database.raw<{ rows: Row[] }>(
    `select w.id as workspace_id, w.slug, g.plan as granted, g.addons as granted_addons, g.granted_by is not null as is_agreement,
       paid.plan as paid, paid.addons as paid_addons
     from workspaces w left join plan_grants g on g.workspace_id = w.id
       left join lateral (select s.plan, s.addons from subscriptions s where s.workspace_id = w.id and ${subscriptionCounts}
         order by s.created_at desc limit 1) paid on true
     where ${which}`,
    [graceDays, id],
  );
  return rows.map((row) => heldBy(row, everybodyHas));
}

function heldBy(row: Row, everybodyHas: PlanName): HeldPlan {
  const offers: [PlanName | null, PlanSource][] = [
    [row.granted, row.is_agreement ? 'agreement' : 'before'],
    [row.paid, 'subscription'],
    [everybodyHas, everybodyHas === 'free' ? 'none' : 'installation'],
  ];
  const best = offers.reduce<{ plan: PlanName; source: PlanSource }>(
    (most, [plan, source]) => (plan !== null && !covers(most.plan, plan) ? { plan, source } : most),
    { plan: 'free', source: 'none' },
  );
  const added = new Set([...(row.granted_addons ?? []), ...(row.paid_addons ?? [])]);
  const addons = addonNames.filter((addon) => best.plan === 'enterprise' || added.has(addon));
  return { workspaceId: row.workspace_id, slug: row.slug, ...best, addons };
}
