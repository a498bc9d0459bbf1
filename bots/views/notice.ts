import type { NoticeWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { showDate } from './moment.ts';
import { button, privately, shorten } from './say.ts';
import { fromWhere } from './team-fund.ts';
import type { MessageView } from './view.ts';

type Payload<Kind extends NoticeWire['kind']> = Extract<NoticeWire, { kind: Kind }>['payload'];

/** What a bot tells one person by itself, in private. */
export function noticeView(notice: NoticeWire): MessageView {
  switch (notice.kind) {
    case 'plan_payment_missing':
      return planPaymentMissing(notice.payload);
    case 'dispute':
      return disputeNews(notice.payload);
    case 'wallet_goes_back':
      return walletGoesBack(notice.payload);
    case 'funding_decided':
      return fundingDecided(notice.payload);
    case 'payout_withheld':
      return withheldPayout(notice.payload);
  }
}

/** A payout of theirs covers a chargeback and will not be paid. */
function withheldPayout({ bountyCode, sentence }: Payload<'payout_withheld'>): MessageView {
  return privately(`Your payout for ${bountyCode} is withheld`, {
    tone: 'warning',
    body: [sentence],
    footer: '/payouts status shows what is paid and what is not.',
  });
}

/** A payment of their team's plan is missing. */
function planPaymentMissing({ workspace, sentence, payUrl, isOver }: Payload<'plan_payment_missing'>): MessageView {
  return privately(isOver ? `${workspace} is on Free` : `A payment of ${workspace} is missing`, {
    tone: 'warning',
    body: [sentence],
    ...(payUrl === null ? {} : { actions: [{ label: 'Pay the open invoice', url: payUrl }] }),
    footer: '/bounty-setup plan shows the plan, the invoices and the card.',
  });
}

/** Something has happened in a dispute. */
function disputeNews({ bountyCode: bounty, agentCode: agent, title, sentence, act }: Payload<'dispute'>): MessageView {
  return privately(title, {
    tone: 'warning',
    body: [sentence],
    actions:
      act === 'open'
        ? [
            button('Why this score?', 'bounty why', { bounty, agent }),
            button('Dispute it', 'bounty dispute', { bounty, agent, act }, 'danger'),
          ]
        : [
            button('See the dispute', 'bounty dispute', { bounty, agent }, 'primary'),
            ...(act === 'answer' ? [button('Answer', 'bounty dispute', { bounty, agent, act })] : []),
          ],
    footer: `/bounty dispute ${bounty} ${agent} shows it at any time.`,
  });
}

/** Money of their team's wallet may be kept no longer, or soon may not. */
function walletGoesBack({ workspace, amountMinor, currency, goesBackOn }: Payload<'wallet_goes_back'>): MessageView {
  const sum = writeAmount(amountMinor, currency);
  const footer = '/bounty-setup wallet shows what there is, and its history.';
  if (goesBackOn === null)
    return privately(`${sum} of the wallet of ${workspace} is on its way back`, {
      body: ['It was not spent, and Stripe lets us keep it no longer. It goes back to the cards that paid it in.'],
      footer,
    });
  return privately(`${sum} of the wallet of ${workspace} goes back on ${showDate(goesBackOn)}`, {
    tone: 'warning',
    body: [
      'Stripe lets us keep money for a limited time. Spend it on bounties that are decided by that day; what is left goes back to the cards that paid it in.',
    ],
    footer,
  });
}

/** What became of a funding they had asked a second person for. */
function fundingDecided(payload: Payload<'funding_decided'>): MessageView {
  const { code, amountMinor, currency, source, state, decidedBy, reason } = payload;
  const sum = writeAmount(amountMinor, currency);
  const by = decidedBy === null ? '' : ` by ${shorten(decidedBy, 60)}`;
  const why = reason === null ? [] : [shorten(reason, 500)];
  if (state === 'approved')
    return privately(`${code}: ${sum} approved${by}`, {
      tone: 'good',
      body: [`It is paid ${fromWhere(source)}. Its card in the channel says "open" once it has.`],
    });
  const titles = {
    declined: `${code}: ${sum} declined${by}`,
    expired: `${code}: nobody approved ${sum} in time`,
    void: `${code}: the request for ${sum} is void`,
    card_declined: `${code}: the card was declined`,
  };
  return privately(titles[state], {
    tone: 'warning',
    body: [...(state === 'card_declined' ? [] : ['Nothing was moved.']), ...(state === 'expired' ? [] : why)],
    footer: `/bounty fund ${code} shows the ways to pay.`,
  });
}
