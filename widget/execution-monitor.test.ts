import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimExecutions, type ClaimedExecution } from '../api/executions/claim-executions.ts';
import { finishExecutions } from '../api/executions/finish-executions.ts';
import { recordExecutionNews } from '../api/executions/record-runs.ts';
import type { ServedApi } from '../api/serve.ts';
import { buildWidget } from '../dev/local/build-widget.ts';
import { openBrowser, type TestBrowser } from '../tests/support/browser.ts';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { makeAgent } from '../tests/support/engine-rows.ts';
import { resultOf } from '../tests/support/engine-bench.ts';
import { call, makeAccount, startTestApi } from '../tests/support/factories.ts';
import { serveHostPage } from '../tests/support/host-page.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let t: TestDatabase;
let api: ServedApi;
let browser: TestBrowser;
let host: Awaited<ReturnType<typeof serveHostPage>>;
let ada: { id: string; key: string };
let agent: { id: string; versionId: string };
let page: Page;
let problems: string[];
let sockets: WebSocketRoute[];

beforeAll(async () => {
  await buildWidget();
  t = await openTestDatabase();
  api = await startTestApi(t);
  ada = await makeAccount(t);
  agent = await makeAgent(t.context, ada.id);
  host = await serveHostPage(api.url);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await host.close();
  await api.close();
  await t.close();
});
beforeEach(async () => {
  page = await browser.newPage();
  problems = [];
  sockets = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.routeWebSocket(/\/api\/stream/, (socket) => {
    sockets.push(socket);
    socket.connectToServer();
  });
});
afterEach(() => page.close());

const show = (attributes = '') =>
  page.goto(host.url(`<execution-monitor api="${api.url}" key="${ada.key}" ${attributes}></execution-monitor>`));
const isLive = () => page.locator('[data-testid=monitor-live][data-live=true]').waitFor();
const state = (name: string) => page.locator(`[data-testid=monitor-run-state][data-state=${name}]`).waitFor();
const lines = () => page.locator('.line').allTextContents();

async function queue(): Promise<string> {
  const { body } = await call(api, 'POST', `/api/agent-uploads/${agent.id}/test`, {
    key: ada.key,
    body: { input: { n: 1 } },
  });
  return body.executionId;
}

/** What a worker does when it takes the run. */
async function start(id: string): Promise<ClaimedExecution> {
  const claimed = (await claimExecutions(t.context, { room: 50, roomForOthers: 50 })).find((one) => one.id === id);
  if (claimed === undefined) throw new Error('It was not claimed');
  await recordExecutionNews(t.database, [
    { execution: claimed, type: 'execution.changed', payload: { state: 'running', attempt: claimed.attempt } },
  ]);
  return claimed;
}

const line = (seq: number, message: string, level = 'log') => ({ seq, level, message, atMs: seq });
const log = (execution: ClaimedExecution, ...said: ReturnType<typeof line>[]) =>
  recordExecutionNews(t.database, [{ execution, type: 'execution.log', payload: { lines: said } }]);

const finish = (execution: ClaimedExecution, change: Parameters<typeof resultOf>[1]) =>
  t.database.transaction((trx) => finishExecutions(t.context, trx, [resultOf(execution, change)], () => true));

describe('a run in the monitor', () => {
  it('is followed live: why it waits, its log in order, progress, output and what it used', async () => {
    const id = await queue();
    await show(`execution="${id}"`);
    await page.getByTestId('monitor-waiting').waitFor();
    expect(await page.getByTestId('monitor-waiting').textContent()).toContain('as soon as a worker is free');
    await isLive();
    const run = await start(id);
    await state('running');
    await log(run, line(1, 'first'), line(2, 'second', 'warn'));
    await recordExecutionNews(t.database, [
      { execution: run, type: 'execution.progress', payload: { fraction: 0.4, note: 'reading' } },
    ]);
    await page.getByTestId('monitor-progress').waitFor();
    expect(await page.getByTestId('monitor-progress').getAttribute('aria-labelledby')).toBe('progress');
    await finish(run, {
      output: '{"answer":42}',
      logs: [line(1, 'first'), line(2, 'second', 'warn'), line(3, 'third')],
      untold: [line(3, 'third')],
    });
    await state('succeeded');
    await page.getByTestId('monitor-output').waitFor();
    expect(await lines()).toEqual(['first', 'second', 'third']);
    expect(await page.getByTestId('monitor-output').textContent()).toContain('"answer": 42');
    expect(await page.getByTestId('monitor-cost').textContent()).toMatch(/1 ms of processor time · 2 ms in all/);
    expect(problems).toEqual([]);
  });

  it('that was cut off resumes where it was: no line is lost or twice', async () => {
    const id = await queue();
    const run = await start(id);
    await log(run, line(1, 'before the page was open'));
    await show(`execution="${id}"`);
    await page.getByText('before the page was open').waitFor();
    await log(run, line(2, 'seen live'));
    await page.getByText('seen live').waitFor();
    await sockets.at(-1)?.close({ code: 1012 });
    await page.locator('[data-testid=monitor-live][data-live=false]').waitFor();
    await log(run, line(3, 'while it was cut off'));
    await isLive();
    await log(run, line(4, 'after'));
    await page.getByText('after', { exact: true }).waitFor();
    expect(await lines()).toEqual(['before the page was open', 'seen live', 'while it was cut off', 'after']);
    expect(sockets.length).toBe(2);
  });

  it('shows hostile words as words', async () => {
    const id = await queue();
    const run = await start(id);
    await show(`execution="${id}"`);
    await log(run, line(1, '<img src=x onerror=alert(1)>'), line(2, '\u001b[2Jgone \u202egnirts'));
    await page.locator('.line').nth(1).waitFor();
    expect(await lines()).toEqual(['<img src=x onerror=alert(1)>', '\\u001b[2Jgone \\u202egnirts']);
    await finish(run, {
      state: 'failed',
      outcome: 'GUEST_ERROR',
      output: null,
      partial: '"<b>half</b>"',
      error: { code: 'GUEST_ERROR', message: '<script>alert(2)</script>' },
    });
    await state('failed');
    expect(await page.getByTestId('monitor-error').textContent()).toBe('<script>alert(2)</script>');
    expect(await page.getByTestId('monitor-partial').textContent()).toBe('"<b>half</b>"');
    expect(problems).toEqual([]);
  });

  it('is cancelled, run again and replayed with buttons', async () => {
    const id = await queue();
    await show(`execution="${id}"`);
    await page.getByTestId('monitor-cancel').click();
    await state('cancelled');
    await page.getByTestId('monitor-again').click();
    await state('queued');
    await finish(await start(id), {});
    await state('succeeded');
    await page.getByTestId('monitor-replay').click();
    await state('queued');
    const replayed = await page.locator('execution-monitor').getAttribute('execution');
    expect(replayed).not.toBe(id);
    await finish(await start(replayed ?? ''), {});
    await page.getByTestId('monitor-replayed').waitFor();
    expect(await page.getByTestId('monitor-replayed').textContent()).toContain('every byte was the same');
  });

  it('of somebody else is not there', async () => {
    const eve = await makeAccount(t, 'Eve');
    const id = await queue();
    await page.goto(
      host.url(`<execution-monitor api="${api.url}" key="${eve.key}" execution="${id}"></execution-monitor>`),
    );
    await page.getByTestId('monitor-problem').waitFor();
    expect(await page.getByTestId('monitor-problem').textContent()).toContain('You have no run under that id');
  });
});

describe('the list of runs', () => {
  it('is kept live, of one agent, and opens a run with the keyboard', async () => {
    const id = await queue();
    const other = await makeAgent(t.context, ada.id);
    const foreign = await call(api, 'POST', `/api/agent-uploads/${other.id}/test`, {
      key: ada.key,
      body: { input: 1 },
    });
    await show(`agent="${agent.id}"`);
    const row = page.locator(`[data-testid=monitor-choose][data-id="${id}"]`);
    await row.waitFor();
    expect(await page.locator(`[data-id="${foreign.body.executionId}"]`).count()).toBe(0);
    await isLive();
    await start(id);
    await row.locator('[data-state=running]').waitFor();
    await row.focus();
    await page.keyboard.press('Enter');
    await state('running');
    await page.getByTestId('monitor-back').click();
    await row.waitFor();
  });

  it.each(['light', 'dark'] as const)('and a run have no problem of accessibility in %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    const id = await queue();
    await show();
    await page.getByTestId('monitor-choose').first().waitFor();
    expect(await axe()).toEqual([]);
    const run = await start(id);
    await show(`execution="${id}"`);
    await finish(run, { output: '[1]', logs: [line(1, 'x'), line(2, 'careful', 'error')], untold: [] });
    await page.getByTestId('monitor-output').waitFor();
    expect(await axe()).toEqual([]);
  });

  it('speaks German where the page does', async () => {
    await queue();
    await show('locale="de"');
    await page.getByText('Wartet').first().waitFor();
  });
});

/** Accessibility problems that axe finds in the page, shadow roots included. */
async function axe(): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.evaluate(axeSource);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
