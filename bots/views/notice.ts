import type { NoticeWire } from '../../api/client/wire-types.ts';
import { privately } from './say.ts';
import type { MessageView } from './view.ts';

/** What a bot tells one person by itself: a payment of their team's plan is missing. */
export function noticeView({ payload }: NoticeWire): MessageView {
  const { workspace, sentence, payUrl, isOver } = payload;
  return privately(isOver ? `${workspace} is on Free` : `A payment of ${workspace} is missing`, {
    tone: 'warning',
    body: [sentence],
    ...(payUrl === null ? {} : { actions: [{ label: 'Pay the open invoice', url: payUrl }] }),
    footer: '/bounty-setup plan shows the plan, the invoices and the card.',
  });
}
