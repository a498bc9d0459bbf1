import { findHiddenCharacters } from '../moderation/find-hidden-characters.ts';
import { flagContent } from '../moderation/flag-content.ts';
import type { Transaction } from '../platform/database.ts';
import type { AgentVersion } from './agent-version.ts';

const linesMax = 100;

/** Shows moderators code with characters that nobody sees, line by line. It is kept and runs all the same: some write so honestly. */
export async function flagHiddenCode(trx: Transaction, { id, source, files }: AgentVersion): Promise<void> {
  const lines =
    files === null
      ? findHiddenCharacters(source)
      : Object.entries(files.files).flatMap(([file, text]) =>
          findHiddenCharacters(text).map((place) => ({ file, ...place })),
        );
  if (lines.length === 0) return;
  await flagContent(trx, {
    rule: 'hidden_characters',
    on: { agentVersionId: id },
    evidence: { lines: lines.slice(0, linesMax) },
  });
}

/** Shows moderators a name with characters that nobody sees. Those that turn the reading order are refused before: see the contract. */
export async function flagHiddenName(trx: Transaction, agentVersionId: string, name: string): Promise<void> {
  const [place] = findHiddenCharacters(name);
  if (place === undefined) return;
  await flagContent(trx, { rule: 'hidden_in_name', on: { agentVersionId }, evidence: { text: place.text } });
}
