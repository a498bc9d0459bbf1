import { capabilityOf } from '../connect/recipient.ts';
import type { Context } from '../context.ts';
import { balanceOf, platform } from '../money/balance.ts';
import { formatMinor } from '../money/currencies.ts';
import { escapeHtml, standInPage } from './html.ts';

const rowsMax = 20;

/** What the stand-in knows, for a person: the balance, checkouts, payees and the newest events. */
export function overviewPage(context: Context): string {
  const { world } = context;
  const balances = [...balanceOf(context, platform)].map(([currency, total]) => [
    'Platform balance',
    `${formatMinor(total.available, currency)} available, ${formatMinor(total.pending, currency)} pending`,
  ]);
  const sessions = newest(world.sessions).map((session) => {
    const amount = formatMinor(session.amount_total ?? 0, session.currency ?? 'usd');
    const name = `<a href="/c/pay/${session.id}">${escapeHtml(session.client_reference_id ?? session.id)}</a>`;
    return [name, `${amount}, ${session.status}`];
  });
  const payees = newest(world.accounts).map((account) => [
    escapeHtml(account.display_name ?? account.contact_email ?? account.id),
    capabilityOf(account)?.status ?? 'not asked',
  ]);
  const events = [...newest(world.events), ...newest(world.thinEvents).map(({ notification }) => notification)]
    .toSorted((one, two) => timeOf(two.created) - timeOf(one.created))
    .slice(0, rowsMax)
    .map((event) => [
      escapeHtml(event.type),
      new Date(timeOf(event.created)).toISOString().slice(0, 19).replace('T', ' '),
    ]);
  const waiting = [['Webhooks that wait', String(world.deliveries.size)]];
  const tables = [
    table('Money', [...balances, ...waiting]),
    table('Checkouts', sessions),
    table('Payees', payees),
    table('Events', events),
  ];
  return standInPage('Local stand-in for Stripe', `<h1>Overview</h1>\n${tables.join('\n')}`);
}

function newest<T>(objects: ReadonlyMap<string, T>): T[] {
  return [...objects.values()].slice(-rowsMax).reverse();
}

function timeOf(created: unknown): number {
  return typeof created === 'number' ? created * 1000 : Date.parse(String(created));
}

// The cells are HTML already.
function table(caption: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<h2>${caption}</h2>\n<table><tbody>\n${lines.join('\n')}\n</tbody></table>`;
}
