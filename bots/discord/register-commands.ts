import { createHash } from 'node:crypto';
import { Routes, type Client, type RESTGetAPIApplicationCommandsResult } from 'discord.js';
import { commandDefinitions } from './command-definitions.ts';

/** Registers the commands in one request, and only when they differ from what Discord has: it limits how often that may be done. */
export async function registerCommands(client: Client<true>): Promise<'registered' | 'unchanged'> {
  const route = Routes.applicationCommands(client.application.id);
  const wanted = commandDefinitions();
  const present = (await client.rest.get(route)) as RESTGetAPIApplicationCommandsResult;
  if (fingerprint(present) === fingerprint(wanted)) return 'unchanged';
  await client.rest.put(route, { body: wanted });
  return 'registered';
}

/** Equal for definitions that a person would see as equal, whatever Discord adds to what we sent. */
function fingerprint(definitions: object[]): string {
  const compare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(compare);
    if (typeof value !== 'object' || value === null) return value;
    const kept = ['name', 'description', 'options', 'choices', 'required', 'autocomplete', 'type', 'value'];
    const entries = Object.entries(value).filter(
      ([key, part]) => kept.includes(key) && part !== false && !(Array.isArray(part) && part.length === 0),
    );
    return Object.fromEntries(
      entries.map(([key, part]) => [key, compare(part)] as const).sort(([a], [b]) => a.localeCompare(b)),
    );
  };
  const sorted = definitions
    .map((one) => ({ ...one, type: 1 }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return createHash('sha256')
    .update(
      JSON.stringify(
        sorted
          .map(compare)
          .map((one) => JSON.stringify(one))
          .sort(),
      ),
    )
    .digest('hex');
}
