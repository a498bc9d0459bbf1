import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { isUuid } from '../platform/short-code.ts';
import { findFlag, type Flag } from './find-flags.ts';
import { recordAudit } from './record-audit.ts';

/** A moderator's decision on a flag; it may be changed later and is kept in the audit log. Throws `not_found`. */
export async function decideFlag(
  context: Context,
  input: { moderatorId: string; id: string; decision: 'dismissed' | 'upheld' },
): Promise<Flag> {
  if (!isUuid(input.id)) throw new Failure('not_found');
  return context.database.transaction(async (trx) => {
    await once(context, trx, 'flag.decide', async () => {
      const flag = await findFlag(trx, input.id);
      await trx('content_flags')
        .where({ id: flag.id })
        .update({ state: input.decision, decided_by: input.moderatorId, decided_at: trx.raw('clock_timestamp()') });
      await recordAudit(trx, {
        accountId: input.moderatorId,
        action: `flag.${input.decision}`,
        subject: flag.id,
        details: { rule: flag.rule, agent: flag.agent_code, bounty: flag.bounty_code },
        asked: context.asked,
      });
    });
    return findFlag(trx, input.id);
  });
}
