import { join } from 'node:path';
import { readConfig, type Config } from '../api/platform/config.ts';
import { closeDatabase, openDatabase, openPool } from '../api/platform/database.ts';
import { serveConsole } from './console/serve-console.ts';
import { readDemoFile, writeDemoFile, type DemoFile } from './demo/demo-file.ts';
import { loadBounties } from './demo/load-bounties.ts';
import { makePeople } from './demo/make-people.ts';
import { buildWidget } from './local/build-widget.ts';
import { checkDisk } from './local/check-disk.ts';
import { openChildren } from './local/children.ts';
import { demandFree, isPortFree } from './local/free-port.ts';
import { migrateLocal, openLocalDatabase } from './local/open-database.ts';
import { startStandIns, local, type StandIns } from './local/stand-ins.ts';
import { step } from './local/steps.ts';
import { chatWorld } from './local/chat-world.ts';

/** In a world without real money the insurance pools have something from the beginning: 10,000.00 each. */
const demoCapital = 'USD:1000000,EUR:1000000,GBP:1000000,JPY:1000000,KWD:10000000';

/** What is to be closed, in the order it was opened. */
const open: { close(): Promise<unknown> }[] = [];
let stopping = false;

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
process.on('SIGHUP', () => void stop(0));

try {
  await start(readConfig());
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  await stop(1);
}

async function start(config: Config): Promise<void> {
  console.log('Quarry is starting.\n');
  checkDisk(config.dataDir);
  await demandFree(config.port, 'PORT');
  await demandFree(config.slackPort, 'SLACK_PORT');
  const database = await step(config.databaseUrl ? 'Database of DATABASE_URL' : 'PostgreSQL', () =>
    openLocalDatabase(config.databaseUrl, config.dataDir),
  );
  open.push({ close: () => database.stop() });
  await step('Migrations', () => migrateLocal(database.url));
  const standIns = await step('Stand-ins for Stripe, Slack, Discord and the language model', () =>
    startStandIns(config),
  );
  open.push(standIns);
  const demo = await step('People and keys', () => prepare(config, database.url, standIns));
  await step('Widget', buildWidget);
  await startProcesses(config, database.url, standIns, demo);
  if (standIns.stripe !== null) {
    await step('Demo bounties', () => loadBounties(demo.api, demo.keys));
  }
  const page = await step('The page that shows it all', () =>
    serveConsole({ port: Number(new URL(demo.console).port), demo, standIns }),
  );
  open.push(page);
  const file = writeDemoFile(config.dataDir, demo);
  console.log(
    `\n  Open  ${demo.console}\n\n  For scripts: ${file}. Logs: ${join(config.dataDir, 'logs')}. Ctrl-C stops everything.\n`,
  );
}

async function prepare(config: Config, databaseUrl: string, standIns: StandIns): Promise<DemoFile> {
  const consolePort =
    (await isPortFree(config.port + 2)) && config.port + 2 !== config.slackPort ? config.port + 2 : config.port + 12;
  await demandFree(consolePort, 'PORT');
  const pool = openPool(databaseUrl, { name: 'quarry-start', max: 2, onError: () => {} });
  const database = openDatabase(pool);
  try {
    const world = chatWorld(standIns);
    const people = await makePeople(database, world, readDemoFile(config.dataDir));
    return {
      api: `http://127.0.0.1:${config.port}`,
      console: `http://localhost:${consolePort}`,
      slack: {
        eventsUrl: `http://127.0.0.1:${config.slackPort}/slack/events`,
        standIn: standIns.slack?.url ?? null,
        signingSecret: config.slack.signingSecret ?? local.signingSecret,
        teamId: world.slack.teamId,
        channelId: world.slack.channelId,
        users: {
          poster: world.slack.poster.userId,
          developer: world.slack.developer.userId,
          admin: world.slack.admin.userId,
        },
      },
      discord: {
        standIn: standIns.discord?.url ?? null,
        guildId: world.discord.guildId,
        channelId: world.discord.channelId,
        users: world.discord.users,
      },
      stripe: {
        standIn: standIns.stripe?.url ?? null,
        webhookSecret: config.stripe.webhookSecret ?? local.webhookSecret,
      },
      llm: { standIn: standIns.llm?.url ?? null },
      keys: people.keys,
      publishableKey: people.publishableKey,
      botKeys: people.botKeys,
      databaseUrl,
    };
  } finally {
    await closeDatabase(database, pool);
  }
}

async function startProcesses(config: Config, databaseUrl: string, standIns: StandIns, demo: DemoFile): Promise<void> {
  const children = openChildren(join(config.dataDir, 'logs'), (name, code) => {
    console.error(
      `\nThe ${name} process ended by itself (code ${code}). Its log is ${join(config.dataDir, 'logs', `${name}.log`)}.`,
    );
    void stop(1);
  });
  open.push({ close: () => children.stop() });
  const shared = {
    // What Node has compiled is kept between starts, which halves the work of one.
    NODE_COMPILE_CACHE: join(config.dataDir, 'compiled'),
    ...inherited(),
    ...standIns.env,
    PORT: String(config.port),
    SLACK_PORT: String(config.slackPort),
    DATABASE_URL: databaseUrl,
    DATA_DIR: config.dataDir,
    PUBLIC_URL: config.publicUrl,
    HOME_URL: demo.console,
    API_URL: demo.api,
    RATE_LIMIT_FACTOR: '100',
    ...(standIns.stripe === null ? {} : { INSURANCE_CAPITAL: process.env['INSURANCE_CAPITAL'] ?? demoCapital }),
  };
  await step('API', () => children.start('api', 'api/main.ts', shared));
  await step('Worker', () => children.start('worker', 'worker/main.ts', shared));
  await step('Slack bot', () =>
    children.start('slack', 'bots/slack/main.ts', { ...shared, BOT_KEY: demo.botKeys.slack }),
  );
  await step('Discord bot', () =>
    children.start('discord', 'bots/discord/main.ts', { ...shared, BOT_KEY: demo.botKeys.discord }),
  );
}

/** The settings the person gave, for every process of theirs. */
function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Closes what was opened, last first, and exits. A second Ctrl-C meanwhile changes nothing. */
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (open.length > 0) console.log('\nStopping …');
  for (const one of open.toReversed()) {
    try {
      await one.close();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
  process.exit(code);
}
