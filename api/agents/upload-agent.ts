import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { shortCode } from '../platform/short-code.ts';
import { AgentUpload, type AgentKind } from './agent-upload.ts';
import type { AgentVersion, SourceLanguage } from './agent-version.ts';
import { compileAgent } from './compile-agent.ts';
import { insertVersion } from './insert-version.ts';

export type NewAgent = {
  accountId: string;
  name: string;
  kind: AgentKind;
  language: SourceLanguage;
  source: string | undefined;
};

/** Makes an agent with its first version. Compiles before the transaction opens. Throws `invalid_value` and `too_large`. */
export async function uploadAgent(
  context: Context,
  input: NewAgent,
): Promise<{ agent: AgentUpload; version: AgentVersion }> {
  if (input.kind !== 'full_code') {
    throw new Failure(
      'invalid_value',
      `Agents of kind ${input.kind} come with manifests, which are not taken yet. Send full_code with its source.`,
    );
  }
  if (input.source === undefined)
    throw new Failure('invalid_value', 'The source is missing. Send the text of an ES module as "source".');
  const made = {
    language: input.language,
    source: input.source,
    code: await compileAgent(input.source, input.language),
  };
  return context.database.transaction(async (trx) => {
    const agent = await AgentUpload.query(trx).insertAndFetch({
      code: shortCode('A', await nextNumber(trx)),
      ownerAccountId: input.accountId,
      name: input.name,
      kind: input.kind,
    });
    return { agent, version: await insertVersion(trx, { agentUploadId: agent.id, number: 1, ...made }) };
  });
}

async function nextNumber(trx: Transaction): Promise<bigint> {
  const { rows } = await trx.raw<{ rows: { n: bigint }[] }>(`select nextval('agent_code_numbers') as n`);
  const [row] = rows;
  if (row === undefined) throw new Error('The sequence of agent codes gave no number');
  return row.n;
}
