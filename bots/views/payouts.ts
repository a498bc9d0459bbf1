import type { PayoutSetupWire, PayoutStatusWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

/** The link to the payment provider's own page. */
export function payoutsSetup(setup: PayoutSetupWire): MessageView {
  return privately('Tell our payment provider where your money goes', {
    body: [
      'The page belongs to Stripe; Quarry never sees your bank details. Payouts that wait leave as soon as it is done.',
    ],
    actions: [{ label: 'Set up payouts', url: setup.onboardingUrl }],
  });
}

/** Earnings and payouts, with what each waits for. */
export function payoutsStatus(status: PayoutStatusWire): MessageView {
  const ready = status.account.state === 'active';
  const { problem } = status.account;
  const noPayout = status.payouts.length > 0 ? [] : ['You have no payout yet.'];
  const body = [problem, status.warning, ...noPayout].filter((text) => text !== null);
  return privately(titleOf(ready, problem), {
    tone: ready && problem === null ? 'good' : 'warning',
    ...(status.balances.length > 0
      ? {
          fields: status.balances.map(({ payableMinor, currency }) => ({
            label: 'Waiting to be paid out',
            value: writeAmount(payableMinor, currency),
          })),
        }
      : {}),
    ...(status.payouts.length > 0
      ? {
          table: {
            columns: ['For', 'Amount', 'State'],
            rows: status.payouts
              .slice(0, 15)
              .map((payout) => [nameOf(payout), writeAmount(payout.amountMinor, payout.currency), stateOf(payout)]),
          },
        }
      : {}),
    ...(body.length > 0 ? { body } : {}),
    actions: ready && problem === null ? [] : [button('Set up payouts', 'payouts setup', {}, 'primary')],
  });
}

/** What a bank took back from us is not paid. */
function stateOf({ state, withheldMinor, currency }: PayoutStatusWire['payouts'][number]): string {
  if (state === 'withheld') return 'withheld: charged back';
  return withheldMinor === 0 ? state : `${state}, ${writeAmount(withheldMinor, currency)} withheld: charged back`;
}

function nameOf({ bountyCode, purpose }: PayoutStatusWire['payouts'][number]): string {
  if (purpose === 'tip') return `${bountyCode} tip`;
  if (purpose === 'cover') return `${bountyCode} insurance`;
  return bountyCode ?? 'invitations';
}

function titleOf(ready: boolean, problem: string | null): string {
  if (!ready) return 'Your payouts are not set up yet';
  return problem === null ? 'Your payouts are set up' : 'Your bank sent a payout back';
}
