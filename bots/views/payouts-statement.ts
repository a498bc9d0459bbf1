import type { PayoutStatementWire } from '../../api/client/wire-types.ts';
import { privately } from './say.ts';
import type { MessageView } from './view.ts';

const rowsMax = 15;

/** The totals of a year by currency, its newest movements, and where the whole of it is. */
export function payoutsStatement({ from, totals, lines }: PayoutStatementWire): MessageView {
  const year = from.slice(0, 4);
  const file = `The whole year as a file: GET /api/payouts/statement.csv?year=${year} with your API key.`;
  if (lines.length === 0 && totals.length === 0) {
    return privately(`You earned nothing in ${year}`, {
      body: ['Win a bounty and it is here. See the open ones with /bounty list.'],
    });
  }
  return privately(`Your earnings in ${year}`, {
    fields: totals.flatMap(({ currency, earned, paidOut, closing }) => [
      { label: `Earned (${currency})`, value: `${earned} ${currency}` },
      { label: `Paid out (${currency})`, value: `${paidOut} ${currency}` },
      { label: `Owed at the end (${currency})`, value: `${closing} ${currency}` },
    ]),
    ...(lines.length > 0
      ? {
          table: {
            columns: ['Day', 'What', 'Bounty', 'Amount'],
            rows: lines
              .slice(-rowsMax)
              .toReversed()
              .map((line) => [
                line.at.slice(0, 10),
                line.what,
                line.bountyCode ?? '–',
                `${line.amount} ${line.currency}`,
              ]),
          },
        }
      : {}),
    footer: lines.length > rowsMax ? `The newest ${rowsMax} of ${lines.length}. ${file}` : file,
  });
}
