import { randomUUID } from 'node:crypto';
import { ClientProblem } from '../../api/client/client-problem.ts';
import { OptionProblem } from '../commands/command.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

/** What a person reads when something went wrong. `reference` is set when it was our fault: it is in the message and must be in the log. */
export function errorView(error: unknown): { message: MessageView; reference: string | null } {
  if (error instanceof OptionProblem)
    return { message: privately('That was not understood', { tone: 'bad', body: [error.message] }), reference: null };
  if (error instanceof ClientProblem && error.status > 0 && error.status < 500) {
    const actions = error.code === 'plan_limit' ? [button('See the plan', 'bounty-setup plan', {}, 'primary')] : [];
    const said = { tone: 'bad' as const, body: [error.detail], ...(actions.length > 0 ? { actions } : {}) };
    return { message: privately(titleOf(error), said), reference: null };
  }
  const reference = error instanceof ClientProblem && error.reference ? error.reference : randomUUID();
  const message = privately('Something went wrong on our side', {
    tone: 'bad',
    body: ['Please try again in a minute. If it happens again, give support this reference.'],
    footer: `Reference ${reference}`,
  });
  return { message, reference };
}

function titleOf({ status, code }: ClientProblem): string {
  if (code === 'spend_limit') return 'That is over your limit';
  if (code === 'plan_limit') return 'Your plan does not allow that';
  if (code === 'card_declined') return 'The card was declined';
  if (status === 403) return 'You may not do that';
  if (status === 404) return 'That was not found';
  if (status === 409) return 'That cannot be done now';
  if (status === 429) return 'That was too fast';
  return 'That was not accepted';
}
