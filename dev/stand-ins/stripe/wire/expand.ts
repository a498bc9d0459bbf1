import type { Context } from '../context.ts';
import { presentTransaction } from '../money/present-transaction.ts';
import { refused } from './api-error.ts';

type Json = Record<string, unknown>;

/**
 * A copy of the answer with the asked ids replaced by their objects, up to four deep (docs.stripe.com/api/expanding_objects).
 * Throws for a property that cannot be expanded.
 */
export function expandAnswer(context: Context, answer: object, paths: readonly string[] = []): object {
  const copy = structuredClone(answer) as Json;
  for (const path of paths) {
    const names = path.split('.');
    if (names.length > 4) throw refused('You cannot expand more than 4 levels of a property.', { param: 'expand' });
    expandPath(context, copy, names, path);
  }
  return copy;
}

const expandable: Record<string, readonly string[]> = {
  'checkout.session': ['payment_intent', 'line_items', 'setup_intent', 'customer', 'subscription', 'invoice'],
  subscription: ['latest_invoice', 'customer', 'default_payment_method'],
  invoice: ['payments', 'customer'],
  payment_intent: ['latest_charge', 'payment_method', 'customer'],
  setup_intent: ['payment_method', 'customer'],
  payment_method: ['customer'],
  charge: ['balance_transaction', 'payment_intent', 'failure_balance_transaction'],
  refund: ['balance_transaction', 'charge', 'payment_intent', 'failure_balance_transaction'],
  transfer: ['balance_transaction', 'source_transaction'],
  transfer_reversal: ['balance_transaction', 'transfer'],
  dispute: ['charge', 'payment_intent'],
  payout: ['balance_transaction', 'failure_balance_transaction'],
  balance_transaction: ['source'],
};

function expandPath(context: Context, target: unknown, names: string[], path: string): void {
  if (Array.isArray(target)) {
    for (const item of target) expandPath(context, item, names, path);
    return;
  }
  const [name, ...rest] = names;
  if (name === undefined || typeof target !== 'object' || target === null) return;
  const object = target as Json;
  if (object.object !== 'list' || name !== 'data') expandProperty(context, object, name, path);
  expandPath(context, object[name], rest, path);
}

function expandProperty(context: Context, object: Json, name: string, path: string): void {
  if (!expandable[String(object.object)]?.includes(name))
    throw refused(`This property cannot be expanded (${path}).`, { param: 'expand' });
  if (name === 'line_items') object.line_items = lineItemsOf(context, String(object.id));
  if (name === 'payments') object.payments = paymentsOf(context, String(object.id));
  const value = object[name];
  if (typeof value !== 'string') return;
  const found = findObject(context, value);
  if (found) object[name] = structuredClone(found);
}

function lineItemsOf(context: Context, id: string): object {
  const data = structuredClone(context.world.lineItems.get(id) ?? []);
  return { object: 'list', data, has_more: false, url: `/v1/checkout/sessions/${id}/line_items` };
}

function paymentsOf(context: Context, id: string): object {
  const data = [...context.world.invoicePayments.values()].filter(({ invoice }) => invoice === id);
  return { object: 'list', data: structuredClone(data), has_more: false, url: '/v1/invoice_payments' };
}

function findObject({ world, nowMs }: Context, id: string): object | undefined {
  const entry = world.balanceEntries.get(id);
  if (entry) return presentTransaction(entry.transaction, nowMs());
  const reversal = () =>
    [...world.transfers.values()].flatMap((transfer) => transfer.reversals.data).find((one) => one.id === id);
  const maps = [
    world.customers,
    world.subscriptions,
    world.invoices,
    world.paymentMethods,
    world.setupIntents,
    world.charges,
    world.paymentIntents,
    world.refunds,
    world.transfers,
    world.disputes,
  ];
  return (
    maps.map((map) => map.get(id)).find(Boolean) ??
    world.payouts.get(id)?.payout ??
    (id.startsWith('trr_') ? reversal() : undefined)
  );
}
