import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../tests/support/browser.ts';
import { readConfig } from '../api/platform/config.ts';
import type { DemoFile } from './demo/demo-file.ts';

/** `npm run screenshot`: takes docs/screenshot.png of a Quarry that `npm start` runs with the same DATA_DIR. */
const file = join(import.meta.dirname, '../docs/screenshot.png');
const demo = JSON.parse(readFileSync(join(readConfig().dataDir, 'demo.json'), 'utf8')) as DemoFile;
const browser = await openBrowser();
try {
  const page = await browser.newPage({ width: 1520, height: 900 });
  await page.goto(demo.console);
  await page.getByTestId('bounty-card').first().waitFor();
  await page.getByTestId('discord-post').last().click();
  await page.getByTestId('slack-input').fill('/bounty help');
  await page.getByTestId('slack-send').click();
  await page.locator('.slack .message.only').first().waitFor();
  await page.locator('.discord .container').first().waitFor();
  await page.screenshot({ path: file });
  console.log(`Wrote ${file}`);
} finally {
  await browser.close();
}
