import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBotSession } from '../commands/bot-session.ts';
import { keepCards } from '../commands/keep-cards.ts';
import { keepNotices } from '../commands/keep-notices.ts';
import type { Logger } from '../../api/platform/logger.ts';
import { slackCards } from './draw-card.ts';
import { handleActions } from './handle-actions.ts';
import { handleCommands } from './handle-command.ts';
import { handleForms } from './handle-forms.ts';
import { handleHome } from './handle-home.ts';
import { slackNotices } from './send-notice.ts';
import { openReplayGuard } from './refuse-replays.ts';

export type SlackSettings = {
  apiUrl: string;
  publicUrl: string;
  botKey: string;
  signingSecret: string;
  botToken: string;
  /** Set: Socket Mode instead of HTTP, for development without a public address. */
  appToken?: string | undefined;
  slackApiUrl?: string | undefined;
  host: string;
  port: number;
  logger: Logger;
};

export type SlackBot = { port: number; close(): Promise<void> };

/** Runs the Slack bot: Slack's requests at `POST /slack/events`, and the cards kept true. */
export async function serveSlack(settings: SlackSettings): Promise<SlackBot> {
  const { logger } = settings;
  const receiver = new HTTPReceiver({
    signingSecret: settings.signingSecret,
    endpoints: '/slack/events',
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    token: settings.botToken,
    logLevel: LogLevel.ERROR,
    ...(settings.appToken ? { socketMode: true, appToken: settings.appToken } : { receiver }),
    ...(settings.slackApiUrl ? { clientOptions: { slackApiUrl: settings.slackApiUrl } } : {}),
  });
  app.error(async (error) => {
    logger.error({ err: error }, 'a Slack request failed');
  });
  const session = openBotSession({
    ...settings,
    homeName: async (teamId) => {
      const { team } = await app.client.team.info({ team: teamId }).catch(() => ({ team: undefined }));
      return team?.name ?? '';
    },
  });
  handleCommands(app, session);
  handleActions(app, session);
  handleForms(app, session);
  handleHome(app, session);
  const notices = keepNotices(session, slackNotices(app.client));
  const cards = keepCards(session, { ...settings, draw: slackCards(app.client) });
  const guard = openReplayGuard();
  const server = createServer((request, response) => route(receiver, guard, request, response));
  if (settings.appToken) await app.start();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${settings.port} is taken. Stop the program that uses it, or set SLACK_PORT to another number.`,
            )
          : error,
      ),
    );
    server.listen(settings.port, settings.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await cards.close();
      await notices.close();
      if (settings.appToken) await app.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function route(
  receiver: HTTPReceiver,
  guard: { isReplay(signature: string): boolean },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.url === '/livez') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    return;
  }
  const signature = request.headers['x-slack-signature'];
  if (typeof signature !== 'string')
    return refuse(response, 401, 'The request is not signed. Only Slack may call this address.');
  if (guard.isReplay(signature))
    return refuse(response, 401, 'This request was received before. Slack never sends the same signature twice.');
  receiver.requestListener(request, response);
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ status, code: 'unauthenticated', detail }));
}
