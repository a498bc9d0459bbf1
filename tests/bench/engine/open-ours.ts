import { openSandbox } from '../../../worker/sandbox/open-sandbox.ts';
import type { ExecutionSpec } from '../../../worker/sandbox/sandbox-types.ts';
import type { GuestRun, OpenContender } from './contender.ts';
import { residentBytes } from './resident-memory.ts';

/** Quarry's sandbox. With a tenant, runs share an engine instance; without, each has one that nothing ran in before. */
export async function openOurs(threadsMax: number, tenant: string | undefined): Promise<OpenContender> {
  const sandbox = await openSandbox({ threadsMax, onProblem: (line) => console.error(line) });
  let next = 0;
  return {
    async run(guest, onTool, signal) {
      next += 1;
      const outcome = await sandbox.run(
        specOf(guest, `bench-${next}`, tenant),
        {
          onTool: async ({ args }) => (onTool === undefined ? args : onTool(args)),
        },
        signal,
      );
      if (outcome.output === null) throw new Error(`${outcome.status}: ${outcome.error?.message}`);
      return outcome.output;
    },
    residentBytes: () => residentBytes(sandbox.stats().hostPid ?? 0),
    close: () => sandbox.close(),
  };
}

function specOf({ source, input, hasTools }: GuestRun, id: string, tenant: string | undefined): ExecutionSpec {
  return {
    id,
    code: `export default ${source}`,
    input,
    seed: 'bench',
    clockMs: 1_800_000_000_000,
    limits: { wallMs: 120_000, cpuMs: 120_000 },
    ...(hasTools === true ? { tools: ['bench.echo'] } : {}),
    ...(tenant === undefined ? {} : { tenant }),
  };
}
