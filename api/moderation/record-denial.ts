import type { Asked, Context } from '../platform/context.ts';
import type { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { recordAudit } from './record-audit.ts';

export type Denied = { asked: Asked; route: string; params: Record<string, string>; failure: Failure };

/**
 * Notes for good that somebody asked for what is not theirs to ask: a request that moves money and was refused because of who sent it. It
 * has a transaction of its own, because that of the request is rolled back. Whoever is not signed in is nobody, and leaves no row.
 */
export async function recordDenial(context: Context, { asked, route, params, failure }: Denied): Promise<void> {
  const subject = Object.values(params).find(isUuid) ?? null;
  const details = { route, params, code: failure.code };
  await context.database.transaction((trx) =>
    recordAudit(trx, { accountId: asked.accountId, action: 'request.denied', subject, details, asked }),
  );
}
