import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { engineNames } from '../../worker/sandbox/engines.ts';
import { wildPrograms } from '../../worker/sandbox/grammar/programs-fixture.ts';
import { runPrograms } from './run-programs.ts';

const programs = 150;
const growthBytesMax = 300 * 1024 * 1024;

it.each(engineNames)(
  '150 generated programs that may do anything leave the host of %s alive, small and honest',
  async (engine) => {
    const seed = Date.now() % 2 ** 31;
    const report = await runPrograms(engine, fc.sample(wildPrograms, { numRuns: programs, seed }));
    expect(report.problems, `seed ${seed}`).toEqual([]);
    expect(report).toMatchObject({ programs, hostStarts: 1 });
    expect(Object.values(report.byStatus).reduce((sum, count) => sum + count, 0)).toBe(programs);
    // A grammar of which nothing runs, or nothing is stopped, would prove nothing.
    expect(report.byStatus.OK, `seed ${seed}`).toBeGreaterThan(programs / 20);
    expect(programs - (report.byStatus.OK ?? 0) - (report.byStatus.GUEST_ERROR ?? 0), `seed ${seed}`).toBeGreaterThan(
      5,
    );
    expect(report.residentAfter - report.residentBefore).toBeLessThan(growthBytesMax);
  },
  120_000,
);
