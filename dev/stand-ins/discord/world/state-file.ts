import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Message, World } from './world.ts';

/** Fills a freshly seeded world from a former run's file. A missing file changes nothing; a broken one is an error that says so. */
export function loadWorld(path: string, world: World): void {
  const text = readIfPresent(path);
  if (text === null) return;
  let saved: Record<string, unknown>;
  try {
    saved = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${path} is not a saved stand-in world. Delete it to start afresh.`, { cause: error });
  }
  for (const [name, part] of Object.entries(world)) {
    if (!(part instanceof Map)) continue;
    for (const [id, thing] of (saved[name] ?? []) as [string, unknown][]) (part as Map<string, unknown>).set(id, thing);
  }
}

/** Points the links to kept files at this run's address, whose port may be another than the last time. */
export function moveFileLinks(world: World, publicUrl: string): void {
  for (const stored of world.messages.values()) {
    const text = JSON.stringify(stored.message);
    const moved = text.replaceAll(/http:\/\/127\.0\.0\.1:\d+(?=\/attachments\/)/g, publicUrl);
    if (moved !== text) stored.message = JSON.parse(moved) as Message;
  }
}

/** Writes beside the file and renames, so that a kill in between leaves the former state whole. */
export function saveWorld(path: string, world: World): void {
  mkdirSync(dirname(path), { recursive: true });
  const parts = Object.entries(world).map(([name, part]) => [name, part instanceof Map ? [...part] : part] as const);
  writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(parts)));
  renameSync(`${path}.new`, path);
}

/**
 * Saves at most once every `everyMs` after `keep()` calls, and a last time on `close()`. Without a path it does nothing.
 */
export function worldKeeper(path: string | undefined, world: World, everyMs = 50): { keep(): void; close(): void } {
  let timer: NodeJS.Timeout | null = null;
  const save = () => {
    timer = null;
    if (path !== undefined) saveWorld(path, world);
  };
  return {
    keep: () => {
      if (path !== undefined) timer ??= setTimeout(save, everyMs);
    },
    close: () => {
      if (timer === null) return;
      clearTimeout(timer);
      save();
    },
  };
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
