import type { NoticeWire } from '../../api/client/wire-types.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

type Of<Kind> = Extract<NoticeWire, { kind: Kind }>['payload'];

/** What a bot tells one person by itself: a payment of their team's plan is missing, or something has happened in a dispute. */
export function noticeView(notice: NoticeWire): MessageView {
  return notice.kind === 'dispute' ? disputeNews(notice.payload) : missingPayment(notice.payload);
}

function missingPayment({ workspace, sentence, payUrl, isOver }: Of<'plan_payment_missing'>): MessageView {
  return privately(isOver ? `${workspace} is on Free` : `A payment of ${workspace} is missing`, {
    tone: 'warning',
    body: [sentence],
    ...(payUrl === null ? {} : { actions: [{ label: 'Pay the open invoice', url: payUrl }] }),
    footer: '/bounty-setup plan shows the plan, the invoices and the card.',
  });
}

function disputeNews({ bountyCode: bounty, agentCode: agent, title, sentence, act }: Of<'dispute'>): MessageView {
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
