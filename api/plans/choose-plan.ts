import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { addonNames, monthlyOf, type AddonName } from './catalogue.ts';
import { changeAddons, previewChange, type ChangeFigures } from './change-addons.ts';
import { findManagedWorkspace, type WorkspaceOfPlan } from './find-managed-workspace.ts';
import { findSubscription, type Subscription } from './find-workspace-plan.ts';
import { startSubscription } from './start-subscription.ts';

export type Choice = { workspace: string; accountId: string; addons: AddonName[] };

/** What choosing Pro with these add-ons means for a workspace now: a page to pay on, or a change of what it pays already. */
export type Chosen = { kind: 'checkout' | 'change'; figures: ChangeFigures; checkoutUrl: string | null };

type Standing = {
  workspace: WorkspaceOfPlan;
  subscription: Subscription | null;
  addons: AddonName[];
  accountId: string;
};

/** The exact figures of a choice; nothing is changed. Throws as `choosePlan`. */
export async function previewPlan(context: Context, choice: Choice): Promise<Chosen> {
  const standing = await findStanding(context, choice);
  if (standing.subscription === null)
    return { kind: 'checkout', figures: firstMonth(standing.addons), checkoutUrl: null };
  const figures = await previewChange(context, { ...standing, subscription: standing.subscription });
  return { kind: 'change', figures, checkoutUrl: null };
}

/**
 * Chooses Pro with these add-ons. Without a subscription it answers the page where it is paid; with one, what it has is changed for the
 * figures that were `shown`. Throws `not_found`, `forbidden`, `illegal_state` where there is nothing to choose, and as the parts do.
 */
export async function choosePlan(
  context: Context,
  choice: Choice,
  shown: { prorationAt: Date; dueMinor: bigint } | null,
): Promise<Chosen> {
  const standing = await findStanding(context, choice);
  if (standing.subscription === null) {
    const checkoutUrl = await startSubscription(context, standing);
    return { kind: 'checkout', figures: firstMonth(standing.addons), checkoutUrl };
  }
  if (shown === null)
    throw new Failure(
      'invalid_value',
      'Ask with "dryRun": true first, and confirm with the "prorationAt" and "dueMinor" it answers.',
    );
  const figures = await changeAddons(context, { ...standing, subscription: standing.subscription }, shown);
  return { kind: 'change', figures, checkoutUrl: null };
}

async function findStanding(context: Context, choice: Choice): Promise<Standing> {
  const workspace = await findManagedWorkspace(context.database, choice.workspace, choice.accountId);
  const subscription = await findSubscription(context, context.database, workspace.id);
  const addons = addonNames.filter((addon) => choice.addons.includes(addon));
  if (subscription !== null) refuseChange(workspace, subscription, addons);
  return { workspace, subscription, addons, accountId: choice.accountId };
}

function refuseChange(workspace: WorkspaceOfPlan, subscription: Subscription, addons: AddonName[]): void {
  const refuse = (sentence: string) => {
    throw new Failure('illegal_state', sentence);
  };
  if (subscription.status !== 'active' && subscription.status !== 'trialing')
    refuse(`A payment of ${workspace.name} is missing. Pay its invoice first; see /bounty-setup plan.`);
  if (subscription.cancelsAt !== null)
    refuse(`The subscription of ${workspace.name} ends soon. Keep it first, then change it.`);
  if ([...subscription.addons].sort().join() === [...addons].sort().join())
    refuse(`${workspace.name} has exactly that already.`);
}

/** A new subscription is charged for whole months, the first one now. */
function firstMonth(addons: AddonName[]): ChangeFigures {
  const monthlyMinor = monthlyOf(addons);
  return {
    prorationAt: null,
    lines: [{ what: 'The first month', amountMinor: monthlyMinor }],
    dueMinor: monthlyMinor,
    creditMinor: 0n,
    monthlyMinor,
  };
}
