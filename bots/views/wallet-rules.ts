import type { WalletSettingsWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

type Whom = { accountId: string; name: string } | { role: string; name: string };
type Wanted = { minor: number | null; currency: string };

/** Who may spend what, and who agrees to more. */
export function rulesView(settings: WalletSettingsWire, done?: string): MessageView {
  const { limits, approvalAbove, approvers, approversNamed } = settings;
  return privately(done ?? `Who may spend the money of ${settings.workspace}`, {
    tone: done === undefined ? 'neutral' : 'good',
    body: [
      'Owners and admins spend what there is, everybody else nothing, unless a limit says otherwise. A month is a calendar month (UTC).',
    ],
    ...(limits.length > 0
      ? {
          table: {
            columns: ['Who', 'A month'],
            rows: limits
              .slice(0, 20)
              .map(({ name, role, monthlyMinor, currency }) => [
                name ?? `every ${role}`,
                writeAmount(monthlyMinor, currency),
              ]),
          },
        }
      : {}),
    fields: [
      ...(approvalAbove.length === 0 ? [{ label: 'A second person agrees', value: 'Never needed' }] : []),
      ...approvalAbove.map(({ currency, aboveMinor }) => ({
        label: `A second person agrees, ${currency}`,
        value: `Above ${writeAmount(aboveMinor, currency)}`,
      })),
      {
        label: approversNamed ? 'Approvers' : 'Approvers (nobody was named: owners and admins)',
        value: approvers.map(({ name }) => name).join(', ') || 'Nobody',
      },
    ],
    footer: 'Set them with /bounty-setup limits @ada 500 USD and /bounty-setup approvers above:"1000 USD".',
  });
}

/** What a limit would be, and was. */
export function limitPreview(
  settings: WalletSettingsWire,
  whom: Whom,
  { minor, currency, typed }: Wanted & { typed: string },
): MessageView {
  const before = settings.limits.find(
    (limit) =>
      limit.currency === currency && ('role' in whom ? limit.role === whom.role : limit.accountId === whom.accountId),
  );
  const after = minor === null ? 'None of their own' : writeAmount(minor, currency);
  return privately(`${whom.name}: ${minor === null ? 'no limit of their own' : `${after} a month`}?`, {
    tone: 'warning',
    fields: [
      { label: 'Until now', value: before ? writeAmount(before.monthlyMinor, currency) : 'None of their own' },
      { label: 'From now on', value: after },
    ],
    actions: [
      button(
        minor === null ? 'Take the limit away' : `Set ${after} a month`,
        'bounty-setup limits',
        { who: typed, amount: typedAmount({ minor, currency }), confirm: 'yes' },
        'primary',
      ),
    ],
  });
}

/** From which amount on a second person would have to agree, and had to. */
export function rulePreview(settings: WalletSettingsWire, { minor, currency }: Wanted): MessageView {
  const before = settings.approvalAbove.find((rule) => rule.currency === currency);
  const say = (above: number | null | undefined) =>
    above === null || above === undefined ? 'Never' : `Above ${writeAmount(above, currency)}`;
  return privately('A second person must agree?', {
    tone: 'warning',
    fields: [
      { label: 'Until now', value: say(before?.aboveMinor) },
      { label: 'From now on', value: say(minor) },
    ],
    actions: [
      button(
        minor === null ? 'Never ask' : `Ask above ${writeAmount(minor, currency)}`,
        'bounty-setup approvers',
        { above: typedAmount({ minor, currency }), confirm: 'yes' },
        'primary',
      ),
    ],
  });
}

/** Who would be named, or no more. */
export function approverPreview(
  settings: WalletSettingsWire,
  whom: { name: string },
  { typed, removes }: { typed: string; removes: boolean },
): MessageView {
  const names = settings.approvers.map(({ name }) => name).join(', ') || 'Nobody';
  return privately(removes ? `${whom.name} no longer approves?` : `${whom.name} approves?`, {
    tone: 'warning',
    body: [
      removes
        ? 'They can agree to nothing from then on, also to what waits now.'
        : 'They can agree to what others ask for above the amount, never to what they asked for themselves.',
    ],
    fields: [{ label: 'Approvers until now', value: names }],
    actions: [
      button(
        removes ? 'Take the name away' : 'Name as approver',
        'bounty-setup approvers',
        { who: typed, do: removes ? 'remove' : 'add', confirm: 'yes' },
        removes ? 'danger' : 'primary',
      ),
    ],
  });
}

/** An amount as the verb reads it again. */
function typedAmount({ minor, currency }: Wanted): string {
  if (minor === null) return `none ${currency}`;
  return minor === 0 ? `0 ${currency}` : writeAmount(minor, currency).replaceAll(',', '');
}
