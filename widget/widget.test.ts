import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openMarket, type Market } from '../api/bounties/market-fixture.ts';
import { buildWidget } from '../dev/local/build-widget.ts';
import { openBrowser, type TestBrowser } from '../tests/support/browser.ts';
import { serveHostPage } from '../tests/support/host-page.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const coreBytesMax = 15 * 1024;

let market: Market;
let browser: TestBrowser;
let host: Awaited<ReturnType<typeof serveHostPage>>;
let page: Page;
let problems: string[];

beforeAll(async () => {
  await buildWidget();
  market = await openMarket();
  host = await serveHostPage(market.api.url);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await host.close();
  await market.close();
});
beforeEach(async () => {
  page = await browser.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
});
afterEach(() => page.close());

const show = (element: string) => page.goto(host.url(element));
const board = (attributes = '') =>
  show(`<bounty-board api="${market.api.url}" ${attributes}><p>Our bounties</p></bounty-board>`);

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

describe('the build', () => {
  it('loads at most 15 KB gzipped for a board with its cards', () => {
    const dist = join(import.meta.dirname, 'dist');
    const files = new Set<string>();
    const follow = (file: string) => {
      if (files.has(file)) return;
      files.add(file);
      const text = readFileSync(join(dist, file), 'utf8');
      for (const match of text.matchAll(/(?:from|import)\s*"(\.\/[^"]+)"/g)) follow(join(file, '..', match[1] ?? ''));
    };
    follow('widget.js');
    const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
    expect(files.size).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(coreBytesMax);
  });
});

describe('a board on a page with a strict policy', () => {
  it('shows the open bounties, and a bounty when its card is chosen with the keyboard', async () => {
    const bounty = await market.opened({ title: 'Chosen by keyboard' });
    await board();
    const card = page.getByTestId('bounty-card').filter({ hasText: bounty.code });
    await card.waitFor();
    await card.focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('bounty-detail').getByRole('heading', { name: 'Chosen by keyboard' }).waitFor();
    await page.getByTestId('board-back').click();
    await card.waitFor();
    expect(problems).toEqual([]);
  });

  it('finds by word and by state', async () => {
    await market.opened({ title: 'Weigh the apples' });
    await board();
    await page.getByTestId('board-search').fill('apples');
    await page.waitForFunction(
      () => document.querySelector('bounty-board')?.shadowRoot?.querySelectorAll('bounty-card').length === 1,
    );
    await page.getByTestId('board-state').selectOption('awarded');
    await page.getByTestId('board-empty').waitFor();
  });

  it('gets a new bounty without a reload', async () => {
    await board();
    await page.locator('[data-testid=board-live][data-live=true]').waitFor();
    const { code } = await market.opened({ title: 'Fresh from the poster' });
    await page.getByTestId('bounty-card').filter({ hasText: code }).waitFor();
  });

  it('shows what stands inside the tag until it has an answer, and says what is wrong with a key', async () => {
    await show(`<bounty-board api="${market.api.url}" key="pk_${'x'.repeat(36)}"><p>Our bounties</p></bounty-board>`);
    await page.getByTestId('board-problem').waitFor();
    expect(await page.getByTestId('board-problem').textContent()).toContain('mistyped');
  });

  it('speaks German where the page does', async () => {
    await market.opened();
    await board('locale="de"');
    await page.getByTestId('bounty-card').first().waitFor();
    expect(await page.getByTestId('bounty-card').first().textContent()).toContain('Offen');
  });
});

describe('a leaderboard', () => {
  it('changes its ranking without a reload when a better agent is scored', async () => {
    const bounty = await market.opened();
    const first = await market.entered(bounty, false, 'Slowpoke');
    await show(`<bounty-leaderboard api="${market.api.url}" bounty="${bounty.code}"></bounty-leaderboard>`);
    const rows = page.getByTestId('leaderboard-row');
    await rows.filter({ hasText: 'Slowpoke' }).waitFor();
    const second = await market.entered(bounty, true, 'Hare');
    await rows.filter({ hasText: 'Hare' }).waitFor();
    const codes = await rows.evaluateAll((elements) =>
      elements.map((element) => (element as HTMLElement).dataset['agent']),
    );
    expect(codes).toEqual([second.agent.code, first.agent.code]);
    expect(problems).toEqual([]);
  });

  it('shows the text of a hostile name as text', async () => {
    const bounty = await market.opened({ title: '<img src=x onerror=alert(1)>' });
    await market.entered(bounty, true, '<script>alert(1)</script>');
    await show(`<bounty-detail api="${market.api.url}" code="${bounty.code}"></bounty-detail>`);
    await page.getByTestId('leaderboard-row').waitFor();
    expect(await page.getByTestId('leaderboard-row').textContent()).toContain('<script>alert(1)</script>');
    expect(await page.getByTestId('bounty-detail').locator('h2').textContent()).toBe('<img src=x onerror=alert(1)>');
    expect(problems).toEqual([]);
  });
});

it('a badge says in one line what a bounty is, and keeps its own text where there is none', async () => {
  const bounty = await market.opened();
  await show(`<p>See <bounty-badge api="${market.api.url}" code="${bounty.code}">our bounty</bounty-badge></p>`);
  await page.getByTestId('bounty-badge').waitFor();
  expect((await page.getByTestId('bounty-badge').textContent())?.replace(/\s+/g, ' ').trim()).toBe(
    `${bounty.code} Open $500.00`,
  );
  await show(`<bounty-badge api="${market.api.url}" code="B-ZZZ">our bounty</bounty-badge>`);
  await page.locator('bounty-badge').filter({ hasText: 'our bounty' }).waitFor();
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it('has no accessibility problem that axe finds', async () => {
    page = await browser.newPage({ colorScheme, width: 900 });
    const bounty = await market.opened();
    await market.entered(bounty, true);
    await show(
      `<bounty-board api="${market.api.url}" theme="${colorScheme}"></bounty-board><hr><bounty-detail api="${market.api.url}" theme="${colorScheme}" code="${bounty.code}"></bounty-detail>`,
    );
    await page.getByTestId('bounty-card').first().waitFor();
    await page.getByTestId('leaderboard-row').waitFor();
    expect(await axe()).toEqual([]);
  });
});
