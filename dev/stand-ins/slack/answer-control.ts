import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Context } from './context.ts';
import { DriverProblem, type Driver } from './driver.ts';

const command = z.strictObject({ userId: z.string(), channelId: z.string(), text: z.string().startsWith('/') });
const click = z.strictObject({
  userId: z.string(),
  messageTs: z.string().optional(),
  viewId: z.string().optional(),
  actionId: z.string(),
});
const submission = z.strictObject({ userId: z.string(), viewId: z.string(), values: z.record(z.string(), z.string()) });
const home = z.strictObject({ userId: z.string() });
const close = z.strictObject({ viewId: z.string() });

/** The driver over HTTP, for the console and for scripts: POST /_standin/{commands,clicks,view-submissions,view-closings,home-openings}, GET /_standin/{state,stream}. */
export async function answerControl(
  context: Context,
  driver: Driver,
  path: string,
  text: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET' && path === '/_standin/state') return send(response, 200, stateOf(context));
  if (request.method === 'GET' && path === '/_standin/stream') return stream(context, driver, request, response);
  try {
    const body: unknown = JSON.parse(text || '{}');
    if (path === '/_standin/commands') send(response, 200, (await driver.command(command.parse(body))).answer);
    else if (path === '/_standin/clicks') send(response, 200, await driver.click(clean(click.parse(body))));
    else if (path === '/_standin/view-submissions')
      send(response, 200, await driver.submitView(submission.parse(body)));
    else if (path === '/_standin/home-openings') send(response, 200, await driver.openHome(home.parse(body).userId));
    else if (path === '/_standin/view-closings') {
      driver.closeView(close.parse(body).viewId);
      send(response, 200, { closed: true });
    } else send(response, 404, { error: `There is nothing at ${path}.` });
  } catch (error) {
    if (!(error instanceof DriverProblem || error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    send(response, 422, { error: error instanceof z.ZodError ? z.prettifyError(error) : error.message });
  }
}

/** What a person at this Slack can see, and what went wrong behind it. */
export function stateOf(context: Context): object {
  const { teamId, teamName, botUserId, users, channels, messages, views, homes } = context.world;
  return {
    teamId,
    teamName,
    botUserId,
    users,
    channels,
    messages,
    views,
    homes,
    warnings: context.warnings.slice(-20),
  };
}

function stream(context: Context, driver: Driver, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const tell = () => response.write(`data: ${JSON.stringify(stateOf(context))}\n\n`);
  const stop = driver.subscribe(tell);
  request.on('close', stop);
  tell();
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function clean(input: z.output<typeof click>): {
  userId: string;
  actionId: string;
  messageTs?: string;
  viewId?: string;
} {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    userId: string;
    actionId: string;
  };
}
