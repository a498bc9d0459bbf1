import chromium from '@sparticuz/chromium';
import { chromium as playwright, type BrowserContext, type Page } from 'playwright-core';

export type TestBrowser = {
  newPage(options?: { width?: number; height?: number; colorScheme?: 'light' | 'dark' }): Promise<Page>;
  close(): Promise<void>;
};

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium from npm, headless. Close it. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: quiet });
  const contexts: BrowserContext[] = [];
  return {
    async newPage({ width = 1280, height = 900, colorScheme = 'light' } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      contexts.push(context);
      return context.newPage();
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
    },
  };
}
