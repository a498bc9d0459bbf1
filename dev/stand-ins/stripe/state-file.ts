import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { emptyWorld, type World } from './world.ts';

/** Reads the world a former run wrote; a missing file gives an empty world, an unreadable one is an error that says so. */
export function loadWorld(path: string): World {
  const world = emptyWorld();
  const text = readIfPresent(path);
  if (text === null) return world;
  let saved: Record<string, [string, unknown][]>;
  try {
    saved = JSON.parse(text) as Record<string, [string, unknown][]>;
  } catch (error) {
    throw new Error(`${path} is not a saved stand-in world. Delete it to start afresh.`, { cause: error });
  }
  for (const [name, objects] of Object.entries(world) as [string, Map<string, unknown>][])
    for (const [id, object] of saved[name] ?? []) objects.set(id, object);
  return world;
}

/** Writes the world beside the file and renames it, so that a kill in between leaves the former state whole. */
export function saveWorld(path: string, world: World): void {
  mkdirSync(dirname(path), { recursive: true });
  const entries = Object.entries(world).map(([name, objects]) => [name, [...objects]] as const);
  writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(entries)));
  renameSync(`${path}.new`, path);
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
