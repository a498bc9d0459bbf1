import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { addonWords, billingCurrency, covers, freeUnderMinor, monthlyMinor, planFor, planWords } from './catalogue.ts';
import { findPlan, findPlansOf } from './find-plan.ts';

/**
 * Throws `plan_limit` when the workspace's plan does not allow a reward of this size; the sentence says which plan does and how to get it.
 * Asked when a bounty is posted and when it is funded, and never again: what is funded goes on, whatever becomes of the plan.
 */
export async function refuseOverPlan(
  context: Pick<Context, 'config'>,
  database: Database,
  reward: { workspaceId: string; rewardMinor: bigint; currency: string },
): Promise<void> {
  const needed = planFor(reward);
  const { plan, slug } = await findPlan(context, database, reward.workspaceId);
  if (covers(plan, needed)) return;
  const under = freeUnderMinor[reward.currency];
  const limit =
    under === undefined ? 'no rewards in this currency' : `rewards under ${writeMoney(under, reward.currency)}`;
  throw new Failure(
    'plan_limit',
    `${slug} is on Free, which posts and funds ${limit}; this one is ${writeMoney(reward.rewardMinor, reward.currency)}. ${howToGet(context, 'pro')}`,
    { workspace: slug, plan, neededPlan: needed },
  );
}

/** Throws `plan_limit` when none of the account's workspaces has custom integrations. Connectors that are there already go on working. */
export async function refuseWithoutIntegrations(
  context: Pick<Context, 'config'>,
  database: Database,
  accountId: string,
): Promise<void> {
  if (context.config.plans.everybodyHas === 'enterprise') return;
  const plans = await findPlansOf(context, database, accountId);
  if (plans.some(({ addons }) => addons.includes('custom_integrations'))) return;
  throw new Failure(
    'plan_limit',
    `Connecting a service of your own needs ${addonWords.custom_integrations.name} in a workspace you are in. ${howToGet(context, 'custom_integrations')}`,
    { neededAddon: 'custom_integrations' },
  );
}

function howToGet(context: Pick<Context, 'config'>, what: 'pro' | 'custom_integrations'): string {
  const price = `${writeMoney(monthlyMinor[what], billingCurrency)} a month`;
  const where = `an owner or admin gets it with /bounty-setup plan; prices are at ${context.config.publicUrl}/pricing.`;
  return what === 'pro'
    ? `${planWords.pro.name} has no such limit (${price}): ${where}`
    : `It is ${price} on top of ${planWords.pro.name}, and part of ${planWords.enterprise.name}: ${where}`;
}

function writeMoney(minor: bigint, currency: string): string {
  return `${writeDecimal(minor, currency)} ${currency}`;
}
