import { affiliateLines } from './affiliate-lines.ts';
import { coverLines } from './cover-lines.ts';
import { disputeLines } from './dispute-lines.ts';
import { moneyLines } from './money-lines.ts';
import { planLines } from './plan-lines.ts';
import { walletLines } from './wallet-lines.ts';
import { workLines } from './work-lines.ts';
import type { Line } from './line.ts';

/** Every route's line; a capability of its own has a file of its own. */
export const lines: Record<string, Line> = {
  ...affiliateLines,
  ...coverLines,
  ...disputeLines,
  ...moneyLines,
  ...planLines,
  ...walletLines,
  ...workLines,
};
