import { randomUUID } from 'node:crypto';
import { ClientProblem } from '../../api/client/client-problem.ts';
import { OptionProblem } from '../commands/command.ts';
import { privately } from './say.ts';
import type { MessageView } from './view.ts';

/** What a person reads when something went wrong. `reference` is set when it was our fault: it is in the message and must be in the log. */
export function errorView(error: unknown): { message: MessageView; reference: string | null } {
  if (error instanceof OptionProblem)
    return { message: privately('That was not understood', { tone: 'bad', body: [error.message] }), reference: null };
  if (error instanceof ClientProblem && error.status > 0 && error.status < 500) {
    return { message: privately(titleOf(error.status), { tone: 'bad', body: [error.detail] }), reference: null };
  }
  const reference = error instanceof ClientProblem && error.reference ? error.reference : randomUUID();
  const message = privately('Something went wrong on our side', {
    tone: 'bad',
    body: ['Please try again in a minute. If it happens again, give support this reference.'],
    footer: `Reference ${reference}`,
  });
  return { message, reference };
}

function titleOf(status: number): string {
  if (status === 403) return 'You may not do that';
  if (status === 404) return 'That was not found';
  if (status === 409) return 'That cannot be done now';
  if (status === 429) return 'That was too fast';
  return 'That was not accepted';
}
