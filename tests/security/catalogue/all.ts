import type { Attack } from './case.ts';
import { cpuAttacks } from './cpu.ts';
import { engineBugAttacks } from './engine-bugs.ts';
import { escapeAttacks } from './escape.ts';
import { logAttacks } from './log.ts';
import { marshalAttacks } from './marshal.ts';
import { memoryAttacks } from './memory.ts';
import { outputAttacks } from './output.ts';
import { promiseAttacks } from './promises.ts';
import { recursionAttacks } from './recursion.ts';
import { regexAttacks } from './regex.ts';

/** Every program of the catalogue, by group. */
export const attackGroups: Record<string, Attack[]> = {
  recursion: recursionAttacks,
  memory: memoryAttacks,
  cpu: cpuAttacks,
  regex: regexAttacks,
  promises: promiseAttacks,
  output: outputAttacks,
  log: logAttacks,
  escape: escapeAttacks,
  'engine-bugs': engineBugAttacks,
  marshal: marshalAttacks,
};
