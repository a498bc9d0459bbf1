import type { WalletSettingsWire } from '../../api/client/wire-types.ts';
import { OptionProblem, type Caller, type Option } from './command.ts';
import { readAmount } from './read-amount.ts';

/** An amount that is set, or taken away with `none`. */
export type LimitAmount = { minor: number | null; currency: string };

export type Who = { accountId: string; name: string } | { role: Role; name: string };

const roles = ['owner', 'admin', 'moderator', 'poster'] as const;
type Role = (typeof roles)[number];

/** `500 USD`, `0 EUR`, or `none` to take it away (`none EUR` where it is not in dollars). */
export function limitAmount(description: string): Option<LimitAmount> {
  return {
    description,
    required: true,
    input: 'text',
    read(given) {
      const none = /^(?:none|never|off)(?:\s+([a-z]{3}))?$/i.exec(given);
      if (none) return { minor: null, currency: none[1]?.toUpperCase() ?? 'USD' };
      const zero = /^0(?:[.,]0+)?(?:\s*([a-z]{3}))?$/i.exec(given);
      if (zero) return { minor: 0, currency: zero[1]?.toUpperCase() ?? 'USD' };
      return readAmount(given);
    },
  };
}

/** A person of the team: a mention, their name, or everybody of a role. */
export function who(description: string): Option<string> {
  return { description, required: true, input: 'text', read: (given) => given };
}

/** The member or role a text names. Throws OptionProblem where it is nobody, or more than one. */
export function findWho(settings: WalletSettingsWire, text: string, surface: Caller['surface']): Who {
  const role = roles.find((one) => one === text.toLowerCase().replace(/s$/, ''));
  if (role !== undefined) return { role, name: `Every ${role}` };
  const mention = /^<@!?([A-Z0-9]+)(?:\|[^>]*)?>$/i.exec(text);
  const name = text.replace(/^@/, '').toLowerCase();
  const found = settings.members.filter((member) =>
    mention ? member.chatUsers.includes(`${surface}:${mention[1]}`) : member.name.toLowerCase() === name,
  );
  const [one] = found;
  if (one !== undefined && found.length === 1) return { accountId: one.accountId, name: one.name };
  throw new OptionProblem(
    one === undefined
      ? `Nobody in ${settings.workspace} is known as "${text.slice(0, 40)}". Mention them with @; they must have used Quarry once, such as with /bounty list.`
      : `There are ${found.length} people named "${text.slice(0, 40)}". Mention the right one with @.`,
    'who',
  );
}
