import type { TopUpWire, WalletLineWire, WalletWire, WithdrawalWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { showDate } from './moment.ts';
import { button, privately, shorten } from './say.ts';
import type { Action, MessageView } from './view.ts';

const verb = 'bounty-setup wallet';

/** What a team has to pay with. */
export function walletView(wallet: WalletWire): MessageView {
  const { balances, card, frozenReason } = wallet;
  return privately(`The wallet of ${wallet.workspace.name}`, {
    tone: frozenReason === null ? 'neutral' : 'warning',
    body: frozenReason === null ? [] : [`Nothing can be spent now: ${frozenReason}.`],
    fields: [
      ...(balances.length === 0 ? [{ label: 'Balance', value: 'Empty' }] : []),
      ...balances.map(({ currency, balanceMinor, goesBack }) => ({
        label: `Balance in ${currency}`,
        value: `${writeAmount(balanceMinor, currency)}${goesBack === null ? '' : `; ${writeAmount(goesBack.amountMinor, currency)} of it goes back on ${showDate(goesBack.on)} unless it is spent`}`,
      })),
      { label: 'Card on file', value: card === null ? 'None' : nameCard(card) },
    ],
    actions: [button('Add money', verb, { do: 'add' }, 'primary'), ...(wallet.canManage ? manage(wallet) : [])],
    footer: 'Pay for a bounty with it: /bounty fund B-7K3 wallet, or card.',
  });
}

/** The figures of paying in, before the page. */
export function topUpPreview(team: string, figures: TopUpWire): MessageView {
  const sum = writeAmount(figures.amountMinor, figures.currency);
  return privately(`Add ${sum} to the wallet of ${team}?`, {
    body: ['It belongs to the team from then on. What is not spent can go back to the card that paid.', figures.terms],
    fields: [
      { label: 'You pay', value: sum },
      { label: 'In the wallet now', value: writeAmount(figures.balanceMinor, figures.currency) },
      { label: 'In the wallet after', value: writeAmount(figures.balanceAfterMinor, figures.currency) },
    ],
    actions: [button(`Go on to pay ${sum}`, verb, carry('add', figures), 'primary')],
    footer: 'There is no fee on it. Nothing is charged before the checkout page.',
  });
}

/** The link to the page. */
export function topUpReady(figures: TopUpWire): MessageView {
  const sum = writeAmount(figures.amountMinor, figures.currency);
  return privately(`${sum} can be paid in`, {
    tone: 'good',
    actions: figures.checkoutUrl ? [{ label: `Pay ${sum}`, url: figures.checkoutUrl }] : [],
    footer: 'It is in the wallet as soon as the payment has arrived.',
  });
}

/** What would go back to which payment. */
export function takeOutPreview(team: string, withdrawal: WithdrawalWire): MessageView {
  const sum = writeAmount(withdrawal.amountMinor, withdrawal.currency);
  return privately(`Take ${sum} out of the wallet of ${team}?`, {
    tone: 'warning',
    body: ['It goes back to the cards that paid it in, the oldest payment first.'],
    ...parts(withdrawal),
    actions: [button(`Send ${sum} back`, verb, carry('take', withdrawal), 'danger')],
  });
}

/** It is on its way. */
export function takenOut(withdrawal: WithdrawalWire): MessageView {
  return privately(`${writeAmount(withdrawal.amountMinor, withdrawal.currency)} is on its way back`, {
    tone: 'good',
    ...parts(withdrawal),
    footer: 'If a card does not take it, it is in the wallet again and you are told.',
  });
}

/** Where the card is given. */
export function cardPage(url: string): MessageView {
  return privately('Keep a card for the team', {
    body: ['The page belongs to Stripe; Quarry never sees the card. Nothing is charged now.'],
    actions: [{ label: 'Give the card', url }],
  });
}

export function removeCardPreview({ card, workspace }: WalletWire): MessageView {
  if (card === null) return privately(`${workspace.name} has no card on file`);
  return privately(`Forget the ${nameCard(card)}?`, {
    tone: 'warning',
    body: ['Nothing is charged to it any more. You can give it again.'],
    actions: [button('Forget the card', verb, { do: 'remove_card', confirm: 'yes' }, 'danger')],
  });
}

export function cardRemoved(): MessageView {
  return privately('The card is forgotten', { tone: 'good', actions: [button('The wallet', verb, {})] });
}

/** Who moved what and why, the newest first. */
export function historyView(team: string, lines: WalletLineWire[]): MessageView {
  return privately(`What moved in the wallet of ${team}`, {
    ...(lines.length === 0 ? { body: ['Nothing yet.'] } : {}),
    ...(lines.length > 0
      ? {
          table: {
            columns: ['When', 'What', 'Who', 'Amount', 'Left'],
            rows: lines.map((line) => [
              line.at.slice(0, 10),
              shorten([line.what, line.bountyCode].filter(Boolean).join(' '), 32),
              shorten([line.who, line.approvedBy && `+ ${line.approvedBy}`].filter(Boolean).join(' '), 24),
              writeAmount(line.amountMinor, line.currency),
              writeAmount(line.balanceMinor, line.currency),
            ]),
          },
        }
      : {}),
  });
}

function manage({ card, balances }: WalletWire): Action[] {
  return [
    ...(balances.some(({ balanceMinor }) => balanceMinor > 0) ? [button('Take money out', verb, { do: 'take' })] : []),
    button(card === null ? 'Keep a card' : 'Another card', verb, { do: 'card' }),
    ...(card === null ? [] : [button('Forget the card', verb, { do: 'remove_card' })]),
    button('History', verb, { do: 'history' }),
    button('Limits and approvers', 'bounty-setup limits', {}),
  ];
}

/** What a confirm carries: the exact figures that were shown. */
function carry(act: 'add' | 'take', { amountMinor, currency }: { amountMinor: number; currency: string }) {
  return { do: act, amount: writeAmount(amountMinor, currency).replaceAll(',', ''), confirm: 'yes' };
}

function parts({ parts: list, currency, balanceAfterMinor }: WithdrawalWire) {
  return {
    fields: [
      ...list.slice(0, 8).map(({ paidAt, paidBy, amountMinor }) => ({
        label: `Paid ${paidAt.slice(0, 10)} by ${shorten(paidBy, 30)}`,
        value: writeAmount(amountMinor, currency),
      })),
      { label: 'In the wallet after', value: writeAmount(balanceAfterMinor, currency) },
    ],
  };
}

/** A card as its holder knows it. */
function nameCard({ brand, last4, expMonth, expYear }: NonNullable<WalletWire['card']>): string {
  return `${brand} ending ${last4}, until ${String(expMonth).padStart(2, '0')}/${expYear}`;
}
