import { afterAll, beforeAll } from 'vitest';
import WebSocket from 'ws';
import { openPool } from '../../api/platform/database.ts';
import type { ServedApi } from '../../api/serve.ts';
import { openLiveReports } from '../../worker/executions/live-reports.ts';
import { runInSandbox } from '../../worker/executions/run-in-sandbox.ts';
import { toolPorts } from '../../worker/executions/tool-ports.ts';
import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';
import type { HttpOptions } from '../../worker/tools/http/fetch-public.ts';
import { openBroker } from '../../worker/tools/broker.ts';
import { startWorker } from '../../worker/worker.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { call, startTestApi, type JsonValue } from './factories.ts';

/** The API and a worker with the real sandbox, over one database. */
export type WorkingQuarry = {
  t: TestDatabase;
  api: ServedApi;
  /** The run as its owner sees it, when it has ended. */
  ended(id: string | undefined, key: string): Promise<JsonValue>;
};

/** Opens it before the tests of a file and closes it after them. `http` says where the tools' requests go. */
export function useWorkingQuarry(options: { http?: () => Promise<HttpOptions> } = {}): WorkingQuarry {
  const quarry = {} as WorkingQuarry;
  const open: (() => Promise<unknown> | void)[] = [];
  beforeAll(async () => {
    const t = await openTestDatabase({ WORKER_THREADS: '8' });
    open.push(() => t.close());
    const api = await startTestApi(t);
    open.push(() => api.close());
    Object.assign(quarry, { t, api });
    const agendaPool = openPool(t.url, { name: 'test-agenda', onError: () => undefined });
    open.push(() => agendaPool.end());
    const sandbox = await openSandbox({ threadsMax: 8 });
    open.push(() => sandbox.close());
    const reports = openLiveReports(t.context);
    open.push(() => reports.close());
    const ports = toolPorts(t.context);
    const broker = openBroker(options.http === undefined ? ports : { ...ports, http: await options.http() });
    const { context } = t;
    const worker = await startWorker(context, agendaPool, runInSandbox({ context, sandbox, reports, broker }));
    open.push(() => worker.stop(1_000));
  });
  afterAll(async () => {
    for (const close of open.toReversed()) await close();
  });
  return Object.assign(quarry, { ended: (id: string | undefined, key: string) => whenEnded(quarry.api, id, key) });
}

async function whenEnded(api: ServedApi, id: string | undefined, key: string): Promise<JsonValue> {
  const endMs = Date.now() + 20_000;
  for (;;) {
    const { status, body } = await call(api, 'GET', `/api/executions/${id}`, { key });
    // A connection that a test cut may have been given to the API.
    if (status === 200 && !['queued', 'running'].includes(body.state)) return body;
    if (Date.now() > endMs) throw new Error(`It did not end within 20 s: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** A reader of `/api/stream` and everything it was told. */
export type StreamReader = {
  told: JsonValue[];
  /** Resolves with the first message that is wanted, told already or to come. */
  until(wanted: (message: JsonValue) => boolean): Promise<JsonValue>;
  send(request: object): void;
  close(): Promise<void>;
};

/** Connects with a key and subscribes. */
export async function readStream(
  api: { url: string },
  key: string,
  request: { subscribe: string[]; since?: number },
): Promise<StreamReader> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/stream?token=${key}`);
  const told: JsonValue[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    told.push(JSON.parse(data.toString('utf8')));
    for (const look of waiting) look();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const reader: StreamReader = {
    told,
    send: (message) => socket.send(JSON.stringify(message)),
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const tooLong = setTimeout(
          () => reject(new Error(`It was not told: ${JSON.stringify(told.slice(-5))}`)),
          10_000,
        );
        const look = () => {
          const found = told.find(wanted);
          if (found === undefined) return;
          clearTimeout(tooLong);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        if (socket.readyState === socket.CLOSED) return resolve();
        socket.once('close', () => resolve());
        socket.close();
      }),
  };
  reader.send(request);
  await reader.until((message) => message.subscribed !== undefined);
  return reader;
}
