import { describe, expect, it } from 'vitest';
import { executionLimits } from '../../api/executions/limits.ts';
import { quickFaults } from './faults.ts';
import { runJobsUnderFaults } from './run-jobs.ts';
import { textOf } from './describe-report.ts';

describe('executions under faults', () => {
  it(
    'all end once, with their verdicts, through kills, crashes, cuts, a wiped queue and a deploy',
    { timeout: 300_000 },
    async () => {
      const report = await runJobsUnderFaults({
        seed: 20_261_124,
        // Counted, not timed: how much a machine gets done meanwhile is no matter.
        extent: { executions: 160, faults: quickFaults.length },
        workers: 2,
        faultEveryMs: 800,
        executionsPerFault: 150,
        // Other tests run beside this one.
        pickUpWithinMs: executionLimits.leaseMs + 15_000,
        inOrder: quickFaults,
      });
      expect(report.violations, textOf(report, 'under test')).toEqual([]);
      expect([...report.faults.keys()]).toHaveLength(quickFaults.length);
      const executions = [...report.counts.executions.values()].reduce((sum, count) => sum + count, 0);
      expect(executions).toBeGreaterThan(150);
      expect(report.counts.executions.get('failed')).toBeGreaterThan(0);
      // A run in which no fault hit anything would prove nothing.
      expect(report.counts.retried).toBeGreaterThan(0);
      expect(report.effects.askedAgain).toBeGreaterThan(0);
    },
  );
});
