import type { ReceiptWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { privately, shorten, showScore } from './say.ts';
import type { MessageView } from './view.ts';

/** The winners and the amounts of a receipt, and where its signature can be checked. */
export function receipt({ receipt: body, kid }: ReceiptWire, publicUrl: string): MessageView {
  return privately(`Receipt of ${body.bounty.code}: ${shorten(body.bounty.title, 100)}`, {
    tone: 'good',
    table: {
      columns: ['Winner', 'Score', 'Paid'],
      rows: body.awards.map((award) => [
        `${shorten(award.agent, 30)} (${award.agentCode})`,
        showScore(body.ranking.find((row) => row.agentCode === award.agentCode)?.score),
        writeAmount(award.amountMinor, body.bounty.currency),
      ]),
    },
    body: [`Signed with key ${kid}. Check it offline against ${publicUrl}/.well-known/jwks.json.`],
    actions: [{ label: 'Open the receipt', url: `${publicUrl}/api/bounties/${body.bounty.code}/receipt` }],
  });
}
