import { randomUUID } from 'node:crypto';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import type { Context } from '../../api/platform/context.ts';
import { makeAgent, makeOpenBounty, makeOwner, makeSubmission } from '../support/engine-rows.ts';
import { countNotifications, type Contender } from './contender.ts';

const entrants = 4;

/** Quarry's API and worker, which run already. A single run goes through HTTP; a batch is four competitors that enter at once. */
export async function openOurs(context: Context, apiUrl: string, databaseUrl: string): Promise<Contender> {
  await tellWhenSettled(context);
  const done = await countNotifications(databaseUrl, 'bench_settled');
  const poster = await makeOwner(context.database, 'Poster');
  return {
    async batch(runs) {
      const bounty = await makeOpenBounty(context.database, { posterId: poster, cases: Math.ceil(runs / entrants) });
      const entries = [];
      for (let n = 0; n < entrants; n += 1) {
        const accountId = await makeOwner(context.database, `Entrant ${n}`);
        entries.push({
          bountyId: bounty.id,
          accountId,
          agent: await makeAgent(context, accountId),
          caseIds: bounty.caseIds,
        });
      }
      const startedMs = performance.now();
      await Promise.all(entries.map((entry) => makeSubmission(context, entry)));
      await done.more(entrants);
      const perSecond = (bounty.caseIds.length * entrants * 1000) / (performance.now() - startedMs);
      await demandScored(context, bounty.id);
      return perSecond;
    },
    async single() {
      const bounty = await makeOpenBounty(context.database, { posterId: poster, cases: 1 });
      const accountId = await makeOwner(context.database, 'Single');
      const { versionId } = await makeAgent(context, accountId);
      const key = await context.database.transaction((trx) =>
        createApiKey(trx, { kind: 'secret', name: 'bench', accountId }),
      );
      const startedMs = performance.now();
      await submit(`${apiUrl}/api/bounties/${bounty.code}/submissions`, key.text, versionId);
      await done.more(1);
      const tookMs = performance.now() - startedMs;
      await demandScored(context, bounty.id);
      return tookMs;
    },
    close: () => done.close(),
  };
}

async function tellWhenSettled(context: Context): Promise<void> {
  await context.database.raw(`
    create function bench_settled() returns trigger language plpgsql as $$
    begin if new.state in ('scored', 'failed') and old.state <> new.state then perform pg_notify('bench_settled', new.id::text); end if; return null; end $$;
    create trigger bench_settled after update on submissions for each row execute function bench_settled()`);
}

async function submit(url: string, key: string, versionId: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ versionId }) });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`The submission was answered ${answer.status}: ${text}`);
}

/** A fast wrong answer is none. */
async function demandScored(context: Context, bountyId: string): Promise<void> {
  const wrong = await context
    .database('submissions')
    .where({ bounty_id: bountyId })
    .whereNot({ state: 'scored', score: 1 })
    .first();
  if (wrong === undefined) return;
  throw new Error(
    `Submission ${wrong.id} ended ${wrong.state} with score ${wrong.score}: ${JSON.stringify(wrong.verdict)}`,
  );
}
