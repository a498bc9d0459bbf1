import type { WalletWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { privately } from './say.ts';
import type { MessageView } from './view.ts';

/** What a team has to pay with. */
export function walletView(wallet: WalletWire): MessageView {
  const { balances, card, frozenReason } = wallet;
  return privately(`The wallet of ${wallet.workspace.name}`, {
    tone: frozenReason === null ? 'neutral' : 'warning',
    body: frozenReason === null ? [] : [`Nothing can be spent now: ${frozenReason}.`],
    fields: [
      ...(balances.length === 0 ? [{ label: 'Balance', value: 'Empty' }] : []),
      ...balances.map(({ currency, balanceMinor }) => ({
        label: `Balance in ${currency}`,
        value: writeAmount(balanceMinor, currency),
      })),
      { label: 'Card on file', value: card === null ? 'None' : nameCard(card) },
    ],
  });
}

/** A card as its holder knows it. */
function nameCard({ brand, last4, expMonth, expYear }: NonNullable<WalletWire['card']>): string {
  return `${brand} ending ${last4}, until ${String(expMonth).padStart(2, '0')}/${expYear}`;
}
