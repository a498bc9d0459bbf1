import { call, makeAccount, makeTeam, type JsonValue } from '../../tests/support/factories.ts';
import { openPayments } from '../payments/payments-fixture.ts';
import { reconcile } from '../reconciliation/reconcile.ts';

export type Plans = Awaited<ReturnType<typeof openPlans>>;

/** For tests: the served API where every workspace is on Free, and a Stripe whose webhooks come to it. Close it with `close()`. */
export async function openPlans() {
  const p = await openPayments({ DEFAULT_PLAN: 'free' });
  const { t, api } = p;
  const get = async (path: string, key: string): Promise<JsonValue> => (await call(api, 'GET', path, { key })).body;

  async function team() {
    const [owner, admin, poster, developer] = await Promise.all(
      ['Owner', 'Admin', 'Poster', 'Developer'].map((name) => makeAccount(t, name)),
    );
    if (!owner || !admin || !poster || !developer) throw new Error('An account was not made');
    const roles = {
      [owner.id]: 'owner',
      [admin.id]: 'admin',
      [poster.id]: 'poster',
      [developer.id]: 'developer',
    } as const;
    const { id, slug } = await makeTeam(t, roles);
    return { id, slug, owner, admin, poster, developer, path: `/api/workspaces/${slug}/plan` };
  }

  /** A team whose owner subscribed to Pro with these add-ons. */
  async function subscribed(addons: string[] = []) {
    const made = await team();
    const { body } = await p.post(made.path, made.owner.key, { addons });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    const row = await t.database('subscriptions').where({ workspace_id: made.id }).first();
    return { ...made, subscription: row.id as string };
  }

  return {
    ...p,
    get,
    team,
    subscribed,
    planOf: ({ path, owner }: { path: string; owner: { key: string } }) => get(path, owner.key),
    /** The period of a subscription ends; its card may decline, and the invoice may be some days old. */
    async renew(subscription: string, options: { card?: '4242' | '0341'; daysAgo?: number } = {}) {
      const known = p.objects('subscriptions').find(({ id }) => id === subscription);
      if (options.card !== undefined) p.stripe.control.setCard(known.customer, options.card);
      const at = Math.floor(Date.now() / 1000) - (options.daysAgo ?? 0) * 86_400;
      p.stripe.control.renew(subscription, at);
      await p.settle();
    },
    invoicesOf: (subscription: string): JsonValue[] =>
      p.objects('invoices').filter(({ parent }) => parent.subscription_details.subscription === subscription),
    /** What the comparison with Stripe finds now. */
    async differences() {
      await p.settle();
      return (await reconcile(t.context, { cutOff: new Date(Date.now() + 1_000), since: null })).differences;
    },
  };
}
