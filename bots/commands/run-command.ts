import { errorView } from '../views/error.ts';
import type { View } from '../views/view.ts';
import { commands } from './commands.ts';
import { OptionProblem, readOptions, type Call, type Caller, type Command } from './command.ts';
import type { BotSession } from './bot-session.ts';

/** The verb with this name; an unknown one is said to be so. */
export function findCommand(name: string): Command {
  const found = commands.find((candidate) => candidate.name === name);
  if (found === undefined) throw new OptionProblem(`There is no command /${name}. See /bounty help.`);
  return found;
}

export type Run = { name: string; given: Record<string, string>; caller: Caller; idempotencyKey: string };

/** Runs a verb for a chat user; whatever goes wrong becomes a message that says what to do. Never throws. */
export async function runCommand(session: BotSession, run: Run): Promise<View> {
  try {
    const definition = findCommand(run.name);
    const options = readOptions(definition, run.given);
    const { api, workspace } = await session.signIn(run.caller);
    const call: Call<never> = {
      api,
      caller: run.caller,
      workspace,
      options: options as never,
      commands,
      publicUrl: session.publicUrl,
      idempotencyKey: run.idempotencyKey,
      followHere: (bountyId) => session.wantCard(bountyId, run.caller),
    };
    return await definition.run(call);
  } catch (error) {
    const view = errorView(error);
    if (view.reference !== null)
      session.logger.error({ err: error, reference: view.reference, command: run.name }, 'a command failed');
    return view.message;
  }
}

/** The problem with a form's answers, by field; null when they can be read. */
export function checkForm(name: string, given: Record<string, string>): { option: string; sentence: string } | null {
  try {
    readOptions(findCommand(name), given);
    return null;
  } catch (error) {
    if (error instanceof OptionProblem) return { option: error.option, sentence: error.message };
    throw error;
  }
}
