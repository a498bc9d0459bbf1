import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMarket, type Market } from '../api/bounties/market-fixture.ts';
import { buildWidget } from '../dev/local/build-widget.ts';
import { openBrowser, type TestBrowser } from '../tests/support/browser.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let market: Market;
let browser: TestBrowser;
beforeAll(async () => {
  await buildWidget();
  market = await openMarket();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await market?.close();
});

/** The page with what went wrong in it; nothing did when the list stays empty. */
async function open(options: { path?: string; width?: number; colorScheme?: 'light' | 'dark' } = {}) {
  const page = await browser.newPage(options);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(market.api.url + (options.path ?? '/pricing'));
  await page.getByTestId('plans').waitFor();
  return { page, problems };
}

async function axe(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.reload();
  await page.getByTestId('plans').waitFor();
  await page.evaluate(axeSource);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe('/pricing', () => {
  it('shows every plan and add-on with the figures of the API, under a strict policy', async () => {
    const { page, problems } = await open();
    const { plans, addons } = await (await fetch(`${market.api.url}/api/plans`)).json();
    expect(plans).toHaveLength(3);
    expect(await page.getByTestId('price-free').innerText()).toBe('Nothing to pay');
    expect(await page.getByTestId('price-pro').innerText()).toBe(`$${plans[1].monthlyMinor / 100}.00 a month`);
    expect(await page.getByTestId('price-enterprise').innerText()).toBe('By agreement');
    for (const addon of addons)
      expect(await page.getByTestId(`addon-${addon.id}`).innerText()).toContain(
        `$${addon.monthlyMinor / 100}.00 a month`,
      );
    await page.getByTestId('free-limits').locator('summary').click();
    expect(await page.getByRole('row', { name: 'JPY' }).innerText()).toContain('¥15,000');
    expect(problems).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('has no accessibility problem that axe finds, %s', async (colorScheme) => {
    const { page } = await open({ colorScheme });
    expect(await axe(page)).toEqual([]);
    await page.close();
  });

  it('fits a phone', async () => {
    const { page } = await open({ width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.close();
  });

  it('thanks whoever comes back from paying, and says what is next', async () => {
    const { page } = await open({ path: '/pricing?subscribed=acme' });
    expect(await page.getByTestId('subscribed').innerText()).toContain('as soon as the payment has arrived');
    await page.close();
  });

  it('speaks German where the element is told to', async () => {
    const { page } = await open();
    await page.evaluate(`document.querySelector('bounty-pricing').locale = 'de'`);
    await page.getByText('Nach Vereinbarung').waitFor();
    await page.close();
  });
});
