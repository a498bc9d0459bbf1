import type {
  PlanAnswerWire,
  PlanCatalogueWire,
  PlanInvoiceWire,
  WorkspacePlanWire,
} from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { showMoment } from './moment.ts';
import { button, privately } from './say.ts';
import type { Action, MessageView } from './view.ts';

const verb = 'bounty-setup plan';
const shortOf = { priority_executions: 'priority', custom_integrations: 'integrations' };

/** The plan of a team: what it has and why, what it pays and uses, and what can be done about it. */
export function planView(
  plan: WorkspacePlanWire,
  catalogue: PlanCatalogueWire,
  rest: { pricingUrl: string; payUrl: string | null; team: Record<string, string> },
): MessageView {
  const { subscription } = plan;
  const isMissing = subscription?.graceEndsAt != null;
  return privately(`${plan.workspace.name} is on ${nameOf(plan.plan, catalogue)}`, {
    tone: isMissing || subscription?.cancelsAt ? 'warning' : 'neutral',
    body: [...whyLines(plan), ...dueLines(plan)],
    fields: [
      { label: 'Rewards', value: plan.plan === 'free' ? `Under ${freeLimit(catalogue)}` : 'Of any size' },
      ...catalogue.addons.map(({ id, name }) => ({ label: name, value: plan.addons.includes(id) ? 'Yes' : 'No' })),
      { label: 'A month', value: writeAmount(plan.monthlyMinor, plan.currency) },
      { label: 'Open bounties', value: String(plan.usage.openBounties) },
      { label: 'Posted this month', value: String(plan.usage.postedThisMonth) },
    ],
    actions: [
      ...(isMissing && rest.payUrl !== null ? [{ label: 'Pay the open invoice', url: rest.payUrl }] : []),
      ...(plan.canManage ? choices(plan, catalogue, rest.team) : []),
      { label: 'All plans', url: rest.pricingUrl },
    ],
    ...(plan.canManage ? {} : { footer: 'Owners and admins of the team can change it.' }),
  });
}

/** The exact figures of a choice, before anything is charged. */
export function planPreview(answer: PlanAnswerWire, change: string, team: Record<string, string>): MessageView {
  const due = writeAmount(answer.dueMinor, answer.currency);
  const isPage = answer.kind === 'checkout';
  const second = Math.floor(Date.parse(answer.prorationAt ?? '') / 1000);
  // Read by commands/setup-plan.ts.
  const confirm = isPage ? 'yes' : `${second.toString(36)}.${answer.dueMinor.toString(36)}`;
  return privately(answer.dueMinor > 0 ? `${due} now` : 'Nothing is charged now', {
    body: [
      isPage
        ? 'It is paid on a page of Stripe, by card, and renews each month until you cancel.'
        : 'The card of your subscription is charged now, for the rest of the month that is paid; it renews as before.',
    ],
    fields: [
      ...answer.lines.map(({ what, amountMinor }) => ({
        label: what,
        value: writeAmount(amountMinor, answer.currency),
      })),
      { label: 'Due now', value: due },
      ...(answer.creditMinor > 0
        ? [{ label: 'Credit for later invoices', value: writeAmount(answer.creditMinor, answer.currency) }]
        : []),
      { label: 'Each month from then on', value: writeAmount(answer.monthlyMinor, answer.currency) },
    ],
    actions: [
      button(labelOf(isPage, answer.dueMinor, due), verb, { do: change, ...team, confirm }, 'primary'),
      button('Leave it as it is', verb, team),
    ],
    ...(isPage ? {} : { footer: 'These figures can be confirmed for 15 minutes.' }),
  });
}

/** The page where it is paid, or what was charged. */
export function planChosen(answer: PlanAnswerWire, plan: WorkspacePlanWire, catalogue: PlanCatalogueWire): MessageView {
  const due = writeAmount(answer.dueMinor, answer.currency);
  if (answer.checkoutUrl !== null)
    return privately('The page to pay on is ready', {
      tone: 'good',
      fields: [{ label: 'Due now', value: due }],
      actions: [{ label: `Pay ${due}`, url: answer.checkoutUrl }],
      footer: 'Your plan changes as soon as the payment has arrived.',
    });
  const names = catalogue.addons.filter(({ id }) => plan.addons.includes(id)).map(({ name }) => name);
  return privately(`${plan.workspace.name} has Pro${names.length > 0 ? ` with ${names.join(' and ')}` : ''}`, {
    tone: 'good',
    fields: [
      { label: 'Charged now', value: due },
      { label: 'Each month from now on', value: writeAmount(answer.monthlyMinor, answer.currency) },
    ],
  });
}

/** What a cancellation means, before it is made. */
export function cancelPlanPreview(endsAt: string, team: Record<string, string>, nowMs: number): MessageView {
  const until = showMoment(endsAt, nowMs);
  return privately('Go down to Free?', {
    tone: 'warning',
    body: [
      `Everything stays until ${until}. Nothing is charged any more, and nothing is given back.`,
      'Bounties that are funded by then go on as they are. You can take it back until then.',
    ],
    fields: [{ label: 'Charged now', value: writeAmount(0, 'USD') }],
    actions: [
      button('Go down to Free', verb, { do: 'cancel', ...team, confirm: 'yes' }, 'danger'),
      button('Keep the plan', verb, team),
    ],
  });
}

export function planCancelled(endsAt: string, team: Record<string, string>, nowMs: number): MessageView {
  return privately('Your plan ends', {
    tone: 'good',
    fields: [{ label: 'Everything stays until', value: showMoment(endsAt, nowMs) }],
    actions: [button('Take it back', verb, { do: 'keep', ...team })],
  });
}

/** What taking a cancellation back means. */
export function keepPlanPreview(plan: WorkspacePlanWire, team: Record<string, string>, nowMs: number): MessageView {
  const monthly = writeAmount(plan.monthlyMinor, plan.currency);
  const endsAt = plan.subscription?.cancelsAt;
  return privately('Keep your plan?', {
    fields: [
      { label: 'Charged now', value: writeAmount(0, plan.currency) },
      ...(endsAt ? [{ label: `Charged ${showMoment(endsAt, nowMs)}`, value: monthly }] : []),
      { label: 'Each month from then on', value: monthly },
    ],
    actions: [
      button(`Keep it for ${monthly} a month`, verb, { do: 'keep', ...team, confirm: 'yes' }, 'primary'),
      button('Let it end', verb, team),
    ],
  });
}

export function planKept(plan: WorkspacePlanWire, nowMs: number): MessageView {
  const renewsAt = plan.subscription?.renewsAt;
  return privately('Your plan goes on', {
    tone: 'good',
    fields: renewsAt
      ? [{ label: `Charged ${showMoment(renewsAt, nowMs)}`, value: writeAmount(plan.monthlyMinor, plan.currency) }]
      : [],
  });
}

export function cardPage(url: string): MessageView {
  return privately('Change the card of your subscription', {
    body: ['The page belongs to Stripe; Quarry never sees your card. The link is good for some minutes.'],
    actions: [{ label: 'Change the card', url }],
  });
}

export function invoicesView(invoices: PlanInvoiceWire[]): MessageView {
  const [open] = invoices.filter(({ status, pageUrl }) => status === 'open' && pageUrl !== null);
  return privately(invoices.length === 0 ? 'There are no invoices yet' : 'Your newest invoices', {
    table: {
      columns: ['Day', 'Number', 'Amount', 'Paid', 'Sent back', 'State'],
      rows: invoices
        .slice(0, 12)
        .map((one) => [
          one.createdAt.slice(0, 10),
          one.number ?? '–',
          writeAmount(one.totalMinor, one.currency),
          writeAmount(one.paidMinor, one.currency),
          writeAmount(one.refundedMinor, one.currency),
          one.status,
        ]),
    },
    actions: open?.pageUrl ? [{ label: 'Pay the open invoice', url: open.pageUrl }] : [],
  });
}

function whyLines({ source, subscription }: WorkspacePlanWire): string[] {
  if (source === 'installation') return ['Every team has it here.'];
  if (source === 'agreement') return ['It is by agreement.'];
  if (source === 'before') return ['It was here before there were plans, and keeps what it had.'];
  return subscription === null ? ['Nothing is charged.'] : [];
}

function dueLines({ subscription, monthlyMinor, currency }: WorkspacePlanWire): string[] {
  if (subscription === null) return [];
  const { graceEndsAt, cancelsAt, renewsAt } = subscription;
  if (graceEndsAt !== null) {
    const isOver = Date.parse(graceEndsAt) < Date.now();
    return isOver
      ? ['A payment is missing, so the team is on Free until it is paid. Bounties that are funded go on.']
      : [`A payment failed. The plan goes on until ${showMoment(graceEndsAt, Date.now())}; pay the invoice by then.`];
  }
  if (cancelsAt !== null) return [`It ends ${showMoment(cancelsAt, Date.now())}, and is Free from then on.`];
  return renewsAt === null
    ? []
    : [`The next ${writeAmount(monthlyMinor, currency)} are charged ${showMoment(renewsAt, Date.now())}.`];
}

/** What can be done now; the verb refuses the rest with a sentence. */
function choices(plan: WorkspacePlanWire, catalogue: PlanCatalogueWire, team: Record<string, string>): Action[] {
  const { subscription } = plan;
  const act = (label: string, change: string, style?: 'primary' | 'danger') =>
    button(label, verb, { do: change, ...team }, style);
  if (subscription === null) {
    const pro = catalogue.plans.find(({ id }) => id === 'pro');
    const price = writeAmount(pro?.monthlyMinor ?? 0, catalogue.currency);
    const label = plan.plan === 'free' ? 'Upgrade to Pro' : 'Subscribe to Pro';
    return plan.plan === 'enterprise' ? [] : [act(`${label}, ${price} a month`, 'upgrade', 'primary')];
  }
  const rest = [act('Change the card', 'card'), act('Invoices', 'invoices')];
  if (subscription.graceEndsAt !== null) return rest;
  if (subscription.cancelsAt !== null) return [act('Take the cancellation back', 'keep', 'primary'), ...rest];
  const addons = catalogue.addons.map(({ id, name, monthlyMinor }) =>
    subscription.addons.includes(id)
      ? act(`Give up ${name}`, `${shortOf[id]}_off`)
      : act(`Add ${name}, ${writeAmount(monthlyMinor, catalogue.currency)} a month`, `${shortOf[id]}_on`),
  );
  return [...addons, act('Go down to Free', 'cancel', 'danger'), ...rest];
}

function labelOf(isPage: boolean, dueMinor: number, due: string): string {
  if (isPage) return `Go on to pay ${due}`;
  return dueMinor > 0 ? `Pay ${due}` : 'Change it';
}

function nameOf(plan: string, catalogue: PlanCatalogueWire): string {
  return catalogue.plans.find(({ id }) => id === plan)?.name ?? plan;
}

function freeLimit({ freeUnder }: PlanCatalogueWire): string {
  const limit = freeUnder.find(({ currency }) => currency === 'USD');
  return `${writeAmount(limit?.amountMinor ?? 0, 'USD')} or its equivalent`;
}
