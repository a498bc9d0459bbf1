import type { EngineName } from '../../worker/sandbox/engines.ts';
import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';
import { outcomeStatuses, type Outcome, type OutcomeStatus, type Sandbox } from '../../worker/sandbox/sandbox-types.ts';
import { residentBytes } from '../bench/engine/resident-memory.ts';

/** Tight, so that endless programs end soon. */
export const tightLimits = { wallMs: 400, cpuMs: 200, memoryBytesMax: 32 * 1024 * 1024 };

export type ProgramsReport = {
  byStatus: Record<string, number>;
  /** Programs after which something was wrong, with what. */
  problems: { what: string; program: string }[];
  slowest: { wallMs: number; program: string };
  residentBefore: number;
  residentAfter: number;
  residentPeak: number;
  hostStarts: number;
  programs: number;
};

const atOnce = 3;
const canaryEvery = 20;
const canary = 'export default (input, { random }) => [typeof left, Object.keys(Array.prototype), input.n, random()];';

/** Runs programs in one sandbox, some as the same tenant, with an honest agent among them; says how they ended and what the host process used. */
export async function runPrograms(engine: EngineName, programs: Iterable<string>): Promise<ProgramsReport> {
  const sandbox = await openSandbox({ engine, threadsMax: atOnce, idleThreads: atOnce });
  try {
    const honest = await runCanary(sandbox, undefined);
    const report = emptyReport(await residentBytes(sandbox.stats().hostPid ?? 0));
    const next = programs[Symbol.iterator]();
    const lane = async () => {
      for (let step = next.next(); step.done !== true; step = next.next())
        await runOne(sandbox, step.value, report, honest);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    report.residentAfter = await residentBytes(sandbox.stats().hostPid ?? 0);
    report.hostStarts = sandbox.stats().hostStarts;
    return report;
  } finally {
    await sandbox.close();
  }
}

async function runOne(sandbox: Sandbox, program: string, report: ProgramsReport, honest: string): Promise<void> {
  report.programs += 1;
  const number = report.programs;
  const tenant = number % 2 === 0 ? `tenant-${number % 3}` : undefined;
  const outcome = await runIn(sandbox, program, tenant, tightLimits);
  report.byStatus[outcome.status] = (report.byStatus[outcome.status] ?? 0) + 1;
  if (outcome.wallMs > report.slowest.wallMs) report.slowest = { wallMs: outcome.wallMs, program };
  const wrong = (what: string) => report.problems.push({ what, program });
  if (!isKnown(outcome.status)) wrong(`ended as ${String(outcome.status)}`);
  if (outcome.status === 'HOST_FAULT') wrong(`was a fault of ours: ${outcome.error?.message}`);
  if ((outcome.output === null) !== (outcome.status !== 'OK')) wrong(`${outcome.status} with output ${outcome.output}`);
  if (number % canaryEvery !== 0) return;
  const after = await runCanary(sandbox, tenant);
  if (after !== honest) wrong(`an honest agent after it ended ${after}`);
  report.residentPeak = Math.max(report.residentPeak, await residentBytes(sandbox.stats().hostPid ?? 0));
}

async function runCanary(sandbox: Sandbox, tenant: string | undefined): Promise<string> {
  const { status, output } = await runIn(sandbox, canary, tenant, { memoryBytesMax: tightLimits.memoryBytesMax });
  return `${status} ${output}`;
}

let runs = 0;

function runIn(sandbox: Sandbox, code: string, tenant: string | undefined, limits: object): Promise<Outcome> {
  runs += 1;
  const spec = {
    id: `program-${runs}`,
    code,
    input: '{"n":1}',
    seed: 'seed',
    clockMs: 1_800_000_000_000,
    limits,
    tools: ['test.echo'],
  };
  return sandbox.run(tenant === undefined ? spec : { ...spec, tenant }, { onTool: async ({ args }) => args });
}

function isKnown(status: string): status is OutcomeStatus {
  return (outcomeStatuses as readonly string[]).includes(status);
}

function emptyReport(residentBefore: number): ProgramsReport {
  const slowest = { wallMs: 0, program: '' };
  const resident = { residentBefore, residentAfter: 0, residentPeak: residentBefore };
  return { byStatus: {}, problems: [], slowest, ...resident, hostStarts: 0, programs: 0 };
}
