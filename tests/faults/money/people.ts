import { randomUUID } from 'node:crypto';
import { createApiKey } from '../../../api/accounts/create-api-key.ts';
import type { Database } from '../../../api/platform/database.ts';
import { shortCode } from '../../../api/platform/short-code.ts';

export type Person = { id: string; key: string };
export type Entrant = Person & { agentId: string; versionId: string };

/** An account with a secret key. */
export function makePerson(database: Database, name: string): Promise<Person> {
  return database.transaction(async (trx) => {
    const [account] = await trx('accounts').insert({ display_name: name }).returning('id');
    const key = await createApiKey(trx, { kind: 'secret', name: 'faults', accountId: account.id });
    return { id: account.id, key: key.text };
  });
}

/** An account with an agent; what its runs come to is decided here, as no run is what these faults are about. */
export async function makeEntrant(database: Database, name: string): Promise<Entrant> {
  const person = await makePerson(database, name);
  const { rows } = await database.raw<{ rows: { n: bigint }[] }>(`select nextval('bounty_code_numbers') as n`);
  const [agent] = await database('agent_uploads')
    .insert({ code: shortCode('A', rows[0]?.n ?? 1n), owner_account_id: person.id, name, kind: 'full_code' })
    .returning('id');
  const [version] = await database('agent_versions')
    .insert({
      agent_upload_id: agent.id,
      number: 1,
      language: 'js',
      source: 's',
      code: 'c',
      content_hash: Buffer.from(randomUUID()),
    })
    .returning('id');
  return { ...person, agentId: agent.id, versionId: version.id };
}

/** A submission that has its verdict. Answers its id; the same again changes nothing. */
export async function enter(
  database: Database,
  bountyId: string,
  entrant: Entrant,
  verdict: { score: number; passed: boolean },
): Promise<string> {
  const where = { bounty_id: bountyId, agent_version_id: entrant.versionId };
  const known = await database('submissions').where(where).first('id');
  if (known !== undefined) return known.id;
  const [made] = await database('submissions')
    .insert({
      ...where,
      agent_upload_id: entrant.agentId,
      account_id: entrant.id,
      state: 'scored',
      score: verdict.score,
      passed: verdict.passed,
      verdict: JSON.stringify({}),
      scored_at: database.fn.now(),
    })
    .returning('id');
  return made.id;
}
