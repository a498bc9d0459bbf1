import { postTransfer } from '../../../api/ledger/post-transfer.ts';
import type { Database } from '../../../api/platform/database.ts';
import { makeWorkspace } from '../../../api/workspaces/make-workspace.ts';
import type { LossyStripe } from './lossy-stripe.ts';
import { makePerson, type Person } from './people.ts';
import type { Told } from './story.ts';

/** A poster's workspace: somebody else in it approves what is above an amount. What was told is of its wallet. */
export type Team = Told & { id: string; slug: string; poster: Person; approver: Person };

/** Above this a second person must agree: about a third of the bounties. */
const approvalAboveMinor = { USD: 35_000, EUR: 35_000, JPY: 35_000, KWD: 12_000 };
const ownMoneyMinor = 100_000_000n;

/** A workspace whose poster owns it, with an approver and the amounts above which one is needed. */
export async function makeTeam(database: Database, name: string): Promise<Team> {
  const [poster, approver] = [
    await makePerson(database, `Poster of ${name}`),
    await makePerson(database, `Approver of ${name}`),
  ];
  const { id, slug } = await database.transaction(async (trx) => {
    const workspace = await makeWorkspace(trx, { name });
    await trx('members').insert([
      { workspace_id: workspace.id, account_id: poster.id, role: 'owner' },
      { workspace_id: workspace.id, account_id: approver.id, role: 'admin' },
    ]);
    await trx('approval_rules').insert(
      Object.entries(approvalAboveMinor).map(([currency, minor]) => ({
        workspace_id: workspace.id,
        currency,
        approval_above_minor: minor,
        set_by: poster.id,
      })),
    );
    return workspace;
  });
  return { title: name, id, slug, poster, approver, told: [], refused: [] };
}

/**
 * Money of our own at Stripe, booked as what it is: winners of bounties that were paid from a wallet are paid from the balance, where
 * what was paid in is pending for days.
 */
export async function seedBalance(database: Database, { standIn }: LossyStripe): Promise<void> {
  for (const currency of Object.keys(approvalAboveMinor)) {
    const { id } = standIn.control.topUp(Number(ownMoneyMinor), currency.toLowerCase());
    await database.transaction((trx) =>
      postTransfer(trx, {
        key: `faults-seed:${currency}`,
        kind: 'bank_payout_returned',
        externalRef: id,
        entries: [
          { code: 'cash', currency, amountMinor: ownMoneyMinor },
          { code: 'bank', currency, amountMinor: -ownMoneyMinor },
        ],
      }),
    );
  }
}
