import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ClientRefusal } from '../driver/client-refusal.ts';
import type { Driver } from '../driver/driver.ts';
import type { Warning } from '../events.ts';
import { readBytes } from '../wire/read-request.ts';
import type { SeededIds } from '../world/seed-world.ts';
import { presentState } from './present-state.ts';
import {
  autocompletionBody,
  clickBody,
  commandBody,
  contextMenuBody,
  dropBody,
  faultBody,
  messageBody,
  modalBody,
} from './schema.ts';
import { streamEvents } from './stream-events.ts';

export type Control = { context: Context; driver: Driver; ids: SeededIds; warnings: Warning[] };

type Action = (driver: Driver, body: unknown) => unknown;

/** A body checked by its schema, then what is done with it. */
const act =
  <T extends z.ZodType>(schema: T, run: (driver: Driver, input: z.infer<T>) => unknown): Action =>
  (driver, body) =>
    run(driver, schema.parse(body));

const actions: Record<string, Action> = {
  commands: act(commandBody, (driver, input) => driver.command(input)),
  autocompletions: act(autocompletionBody, async (driver, input) => ({ choices: await driver.autocomplete(input) })),
  clicks: act(clickBody, (driver, { values, ...input }) =>
    values ? driver.select({ ...input, values }) : driver.click(input),
  ),
  modals: act(modalBody, (driver, input) => driver.submitModal(input)),
  'context-menus': act(contextMenuBody, (driver, input) => driver.contextMenu(input)),
  messages: act(messageBody, (driver, input) => driver.say(input)),
  faults: act(faultBody, (driver, input) => driver.failNext(input)),
  'gateway-drops': act(dropBody, (driver, { mode }) => driver.dropGateway(mode)),
};

/**
 * The driver over HTTP: `path` is the part after /_standin/. GET state, commands, stream; POST one of `actions`, which
 * answers what the function of the same name gives. 422 with a sentence is what Discord's client would refuse.
 */
export async function answerControlRequest(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const { context, driver, ids, warnings } = control;
  const origin = request.headers.origin;
  if (!isOurs(origin)) return write(response, 403, { error: 'Only pages of this machine may use the stand-in.' });
  if (origin !== undefined) response.setHeader('access-control-allow-origin', origin);
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-headers', 'content-type');
    return void response.writeHead(204).end();
  }
  if (request.method === 'GET') {
    if (path === 'stream') return streamEvents(context.events, response);
    if (path === 'state') return write(response, 200, presentState(context, ids, warnings));
    if (path === 'commands') return write(response, 200, driver.commands());
  }
  const action = request.method === 'POST' ? actions[path] : undefined;
  if (!action) return write(response, 404, { error: `There is no ${request.method} /_standin/${path}.` });
  try {
    const text = (await readBytes(request)).toString('utf8');
    const result = await action(driver, text === '' ? {} : JSON.parse(text));
    write(response, 200, result ?? {});
  } catch (error) {
    if (error instanceof z.ZodError) return write(response, 400, { error: z.prettifyError(error) });
    const status = error instanceof ClientRefusal ? 422 : 400;
    write(response, status, { error: (error as Error).message });
  }
}

/** Requests without an Origin are no page's; pages must be of the local machine, or any website could press the buttons. */
function isOurs(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
}

function write(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
