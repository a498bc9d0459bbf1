import {
  cancelPlanPreview,
  cardPage,
  invoicesView,
  keepPlanPreview,
  planCancelled,
  planChosen,
  planKept,
  planPreview,
  planView,
} from '../views/plan.ts';
import type { MessageView } from '../views/view.ts';
import { command, type Call } from './command.ts';
import { choice, confirm, optional, text } from './options.ts';

type Addon = 'priority_executions' | 'custom_integrations';

/** The changes that are paid for: what each makes of the add-ons. Short, because a button has room for a hundred letters. */
const choices = {
  upgrade: (present: Addon[]) => present,
  priority_on: (present: Addon[]) => withAddon(present, 'priority_executions'),
  priority_off: (present: Addon[]) => present.filter((one) => one !== 'priority_executions'),
  integrations_on: (present: Addon[]) => withAddon(present, 'custom_integrations'),
  integrations_off: (present: Addon[]) => present.filter((one) => one !== 'custom_integrations'),
} as const;

const changes = [...(Object.keys(choices) as (keyof typeof choices)[]), 'cancel', 'keep', 'card', 'invoices'] as const;

type Change = (typeof changes)[number];
type Options = { do: Change | undefined; in: string | undefined; confirm: string | undefined };

/** The plan of a team, and every change of it with exact figures before the confirm. */
export const setupPlan = command({
  name: 'bounty-setup plan',
  summary: "See your team's plan, use and price; upgrade, change, cancel, or take it back",
  example: '/bounty-setup plan',
  movesMoney: true,
  options: {
    do: optional(choice('what to change; leave it out to see the plan', changes)),
    in: optional(text('another workspace of yours, by its short name', 64)),
    confirm,
  },
  async run(call) {
    const { options, workspace } = call;
    const slug = options.in ?? workspace.slug;
    return options.do === undefined ? show(call, slug) : change(call, slug, options.do);
  },
});

async function show({ api, publicUrl, options }: Call<Options>, slug: string): Promise<MessageView> {
  const plan = await api.plans.show(slug);
  const isMissing = plan.canManage && plan.subscription?.graceEndsAt != null;
  const invoices = isMissing ? (await api.plans.invoices(slug)).data : [];
  const payUrl = invoices.find(({ status }) => status === 'open')?.pageUrl ?? null;
  return planView(plan, await api.plans.list(), {
    pricingUrl: `${publicUrl}/pricing`,
    payUrl,
    team: teamOf(options),
  });
}

async function change(call: Call<Options>, slug: string, wanted: Change): Promise<MessageView> {
  const { api, options, idempotencyKey } = call;
  const team = teamOf(options);
  if (wanted === 'card') return cardPage((await api.plans.card(slug)).url);
  if (wanted === 'invoices') return invoicesView((await api.plans.invoices(slug)).data);
  if (wanted === 'cancel') {
    if (options.confirm === undefined)
      return cancelPlanPreview((await api.plans.cancel(slug, { dryRun: true })).endsAt, team, Date.now());
    return planCancelled((await api.plans.cancel(slug, {}, { idempotencyKey })).endsAt, team, Date.now());
  }
  if (wanted === 'keep') {
    if (options.confirm === undefined) return keepPlanPreview(await api.plans.show(slug), team, Date.now());
    return planKept(await api.plans.keep(slug, { idempotencyKey }), Date.now());
  }
  return choose(call, slug, wanted);
}

async function choose({ api, options, idempotencyKey }: Call<Options>, slug: string, wanted: keyof typeof choices) {
  const { subscription } = await api.plans.show(slug);
  const addons = choices[wanted]((subscription?.addons ?? []) as Addon[]);
  if (options.confirm === undefined)
    return planPreview(await api.plans.choose(slug, { addons, dryRun: true }), wanted, teamOf(options));
  const answer = await api.plans.choose(slug, { addons, ...readShown(options.confirm) }, { idempotencyKey });
  return planChosen(answer, await api.plans.show(slug), await api.plans.list());
}

function withAddon(present: Addon[], addon: Addon): Addon[] {
  return [...new Set([...present, addon])];
}

/** Buttons go on with the workspace that was named; the team's own needs no name. */
function teamOf(options: Options): Record<string, string> {
  return options.in === undefined ? {} : { in: options.in };
}

/** What the button of a preview carries (views/plan.ts): the second and what is due then. A page to pay on needs none. */
function readShown(given: string): { prorationAt?: string; dueMinor?: number } {
  const shown = /^([0-9a-z]{1,8})\.([0-9a-z]{1,8})$/.exec(given);
  if (shown === null) return {};
  const [second, dueMinor] = shown.slice(1).map((digits) => Number.parseInt(digits, 36));
  return { prorationAt: new Date((second ?? 0) * 1000).toISOString(), dueMinor: dueMinor ?? 0 };
}
