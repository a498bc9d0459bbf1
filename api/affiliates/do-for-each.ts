import { alarmAdmins } from '../payments/alarm-admins.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';

/** `subjectOf` names one for the admins, `failed` is the beginning of the sentence they read. `run` answers whether it did something. */
export type Work<One> = {
  topic: 'affiliate_payout' | 'affiliate_reversal';
  subjectOf(one: One): string;
  failed: string;
  run(trx: Transaction, one: One): Promise<boolean>;
};

/**
 * Does something for each, each in a transaction of its own. One that fails changes nothing, keeps nobody else waiting and stays due: it is
 * logged, and the admins are told the first time, and again only when it had come right in between. Answers for how many it did something.
 */
export async function doForEach<One>(context: Context, all: One[], work: Work<One>): Promise<number> {
  let done = 0;
  for (const one of all) {
    const which = { topic: work.topic, subject: work.subjectOf(one) };
    try {
      const did = await context.database.transaction(async (trx) => {
        const answer = await work.run(trx, one);
        await trx('affiliate_problems').where(which).delete();
        return answer;
      });
      if (did) done += 1;
    } catch (error) {
      context.logger.error({ err: error, ...which }, `${work.failed}; it is tried again in an hour`);
      await noteProblem(context, { ...which, failed: work.failed, error });
    }
  }
  return done;
}

async function noteProblem(
  context: Context,
  { topic, subject, failed, error }: { topic: string; subject: string; failed: string; error: unknown },
): Promise<void> {
  const problem = `${failed}: ${error instanceof Error ? error.message : String(error)}`.slice(0, 400);
  try {
    await context.database.transaction(async (trx) => {
      const { rows } = await trx.raw<{ rows: { times: number }[] }>(
        `insert into affiliate_problems as p (topic, subject, problem) values (?, ?, ?)
         on conflict (topic, subject) do update set problem = excluded.problem, times = p.times + 1, last_at = clock_timestamp()
         returning times`,
        [topic, subject, problem],
      );
      if (rows[0]?.times !== 1) return;
      await alarmAdmins(trx, {
        topic,
        subject,
        problem: `${problem}. Nothing was changed; it is tried again every hour.`,
      });
    });
  } catch (again) {
    context.logger.error({ err: again, topic, subject }, 'the admins could not be told of it');
  }
}
