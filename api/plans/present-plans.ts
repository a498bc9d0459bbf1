import type { Context } from '../platform/context.ts';
import {
  addonNames,
  addonWords,
  billingCurrency,
  freeUnderMinor,
  monthlyMinor,
  monthlyOf,
  planNames,
  planWords,
  type AddonName,
} from './catalogue.ts';
import type { Chosen } from './choose-plan.ts';
import type { PlanInvoice } from './find-plan-invoices.ts';
import type { WorkspacePlan } from './find-workspace-plan.ts';

const pricesOfPlans = { free: 0, pro: Number(monthlyMinor.pro), enterprise: null };

export function presentCatalogue(context: Pick<Context, 'config'>) {
  return {
    currency: billingCurrency,
    plans: planNames.map((id) => ({ id, ...planWords[id], monthlyMinor: pricesOfPlans[id] })),
    addons: addonNames.map((id) => ({ id, ...addonWords[id], monthlyMinor: Number(monthlyMinor[id]) })),
    freeUnder: Object.entries(freeUnderMinor).map(([currency, amount]) => ({ currency, amountMinor: Number(amount) })),
    graceDays: context.config.plans.graceDays,
  };
}

export function presentWorkspacePlan({ workspace, held, subscription, usage, canManage }: WorkspacePlan) {
  return {
    workspace: { slug: workspace.slug, name: workspace.name },
    plan: held.plan,
    addons: held.addons,
    source: held.source,
    monthlyMinor: subscription === null ? 0 : Number(monthlyOf(subscription.addons as AddonName[])),
    currency: billingCurrency,
    subscription:
      subscription === null
        ? null
        : {
            status: subscription.status,
            addons: subscription.addons,
            renewsAt: subscription.cancelsAt === null ? iso(subscription.periodEnd) : null,
            cancelsAt: iso(subscription.cancelsAt),
            graceEndsAt: iso(subscription.graceEndsAt),
          },
    usage,
    canManage,
  };
}

export function presentChosen({ kind, figures, checkoutUrl }: Chosen, done: boolean) {
  return {
    kind,
    done,
    lines: figures.lines.map(({ what, amountMinor }) => ({ what, amountMinor: Number(amountMinor) })),
    dueMinor: Number(figures.dueMinor),
    creditMinor: Number(figures.creditMinor),
    monthlyMinor: Number(figures.monthlyMinor),
    currency: billingCurrency,
    prorationAt: iso(figures.prorationAt),
    checkoutUrl,
  };
}

export function presentInvoice(invoice: PlanInvoice) {
  return {
    ...invoice,
    totalMinor: Number(invoice.totalMinor),
    paidMinor: Number(invoice.paidMinor),
    refundedMinor: Number(invoice.refundedMinor),
    periodStart: invoice.periodStart.toISOString(),
    periodEnd: invoice.periodEnd.toISOString(),
    createdAt: invoice.createdAt.toISOString(),
  };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
