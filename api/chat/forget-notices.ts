import type { Context } from '../platform/context.ts';
import { forgetRows } from '../platform/forget-rows.ts';
import { lives } from '../platform/lives.ts';

/** Forgets what was told to people in private, or could not be for so long that it is no news any more. Answers how many. */
export function forgetNotices(context: Context): Promise<number> {
  return forgetRows(context, { table: 'chat_notices', since: 'created_at', hours: lives.noticeHours });
}
