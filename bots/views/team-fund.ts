import type { TeamFundingWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { clockOf, figures } from './fund.ts';
import { button, privately, publicly, shorten } from './say.ts';
import type { MessageView } from './view.ts';

/** What paying with the team's money does, before anything is moved. */
export function teamFundPreview(code: string, funding: TeamFundingWire): MessageView {
  const total = writeAmount(funding.totalMinor, funding.currency);
  const { source, needsApproval } = funding;
  const carried = { bounty: code, source, ...(funding.cover ? { insure: 'yes' } : {}), confirm: 'yes' };
  return privately(`Fund ${code} ${source === 'wallet' ? 'from the wallet' : 'by the card on file'}: ${total} in all`, {
    body: [
      source === 'wallet'
        ? 'If you cancel, the reward and the fee go back into the wallet.'
        : `The ${funding.card} is charged now. If you cancel, the reward and the fee go back to it.`,
      ...clockOf(funding),
      ...(funding.cover ? [funding.cover.terms] : []),
      ...(needsApproval ? ['A second person must agree first. Nothing is moved before they do.'] : []),
    ],
    fields: [...figures(funding), ...balances(funding), ...allowance(funding)],
    actions: [
      button(needsApproval ? `Ask for approval of ${total}` : `Pay ${total}`, 'bounty fund', carried, 'primary'),
      button('On a page instead', 'bounty fund', { bounty: code }),
    ],
  });
}

/** It is paid, or the bank still looks at the card. */
export function teamFunded(code: string, funding: TeamFundingWire): MessageView {
  const isOpen = funding.state === 'funded';
  return privately(isOpen ? `${code} is funded and open` : `The bank looks at the payment for ${code}`, {
    tone: isOpen ? 'good' : 'neutral',
    fields: [...figures(funding), ...balances(funding)],
    footer: isOpen ? 'Its card in the channel says so too.' : 'The card in the channel says "open" once it has paid.',
  });
}

/** To the channel, because somebody else must read it: what is asked for, and the buttons to decide. */
export function teamFundAsked(code: string, funding: TeamFundingWire, asked: { id: string; by: string }): MessageView {
  const total = writeAmount(funding.totalMinor, funding.currency);
  return publicly(`${code} waits for approval: ${total} ${fromWhere(funding.source)}`, {
    tone: 'warning',
    body: [`${shorten(asked.by, 80)} asks for it. An approver decides; nothing is moved before.`],
    fields: figures(funding),
    actions: [
      button(`Approve ${total}`, 'bounty-setup approve', { bounty: code, request: asked.id }, 'primary'),
      button('Decline', 'bounty-setup decline', { bounty: code, request: asked.id }, 'danger'),
    ],
  });
}

/** The bank said no; the page is the way on. */
export function cardDeclined(code: string, problem: string): MessageView {
  return privately('The card was declined', {
    tone: 'bad',
    body: [problem],
    actions: [button('Pay on the checkout page', 'bounty fund', { bounty: code }, 'primary')],
  });
}

export function fromWhere(source: 'wallet' | 'card'): string {
  return source === 'wallet' ? 'from the wallet' : 'by the card on file';
}

function balances({ source, balanceMinor, balanceAfterMinor, currency }: TeamFundingWire) {
  if (source !== 'wallet') return [];
  return [
    { label: 'In the wallet now', value: writeAmount(balanceMinor, currency) },
    { label: 'In the wallet after', value: writeAmount(balanceAfterMinor, currency) },
  ];
}

function allowance({ monthlyLimitMinor, spentMinor, currency }: TeamFundingWire) {
  if (monthlyLimitMinor === null) return [];
  const [spent, limit] = [writeAmount(spentMinor, currency), writeAmount(monthlyLimitMinor, currency)];
  return [{ label: 'Your month so far', value: `${spent} of ${limit}` }];
}
