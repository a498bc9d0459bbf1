import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';
import type { EngineName } from '../../worker/sandbox/engines.ts';
import { wallGraceMs } from '../../worker/sandbox/limits.ts';
import type { ExecutionSpec, Outcome, OutcomeStatus } from '../../worker/sandbox/sandbox-types.ts';
import { residentBytes } from '../bench/engine/resident-memory.ts';
import type { Attack, Room, Scenario, Verdict } from './catalogue/case.ts';

/** What every case runs with. */
export const suiteLimits = {
  wallMs: 3_000,
  cpuMs: 1_500,
  memoryBytesMax: 64 * 1024 * 1024,
  stackBytesMax: 256 * 1024,
};

/** What the host's processes may hold after a case: some threads that idle, and after a crowd one for each of it (15 MiB a thread). */
const residentBytesMax = { program: 448 * 1024 * 1024, scenario: 1280 * 1024 * 1024 };

export type Result = { name: string; status: string; ms: number; wrong: string | null; tries: number };

const honest = 'export default (input, { random }) => [typeof left, Object.keys(Array.prototype), input.n, random()];';
const triesMax = 3;
const ours = /file:\/\/|node:internal|node_modules|\/worker\/sandbox\//;

/** Opens a sandbox for the suite, with the verdict of an honest agent to compare later ones with. Close its sandbox. */
export async function openRoom(
  engine: EngineName,
  threadsMax = 64,
): Promise<Room & { honest: string; emptyBytes: number }> {
  const sandbox = await openSandbox({ threadsMax, engine });
  let runs = 0;
  const room: Room = {
    engine,
    sandbox,
    run(code, spec = {}, events, signal) {
      runs += 1;
      const limits = { ...suiteLimits, ...spec.limits };
      const whole = { id: `attack-${runs}`, code, input: '{"n":1}', seed: 'seed', clockMs: 1_800_000_000_000 };
      return sandbox.run({ ...whole, ...spec, limits } satisfies ExecutionSpec, events, signal);
    },
  };
  const firstVerdict = await runHonest(room);
  return { ...room, honest: firstVerdict, emptyBytes: await residentBytes(sandbox.stats().hostPid ?? 0) };
}

/**
 * Runs a program and judges how it ended. On a busy machine the wall comes before the processor time is used: one that only missed by its
 * time is tried again with twice the wall, and the same processor time.
 */
export async function runAttack(room: Room & { honest: string }, attack: Attack): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const startedMs = performance.now();
    const wallMs = (attack.spec?.limits?.wallMs ?? suiteLimits.wallMs) * 2 ** (tries - 1);
    const spec = { ...attack.spec, limits: { ...attack.spec?.limits, wallMs } };
    const outcome = await room.run(attack.code, spec, attack.onTool ? { onTool: attack.onTool } : {});
    const ms = performance.now() - startedMs;
    const { wrong, isOfTime } = judge(attack, outcome, room.engine, ms, wallMs);
    if (wrong !== null && isOfTime && tries < triesMax) continue;
    return {
      name: attack.name,
      status: outcome.status,
      ms,
      wrong: wrong ?? (await findHarm(room, residentBytesMax.program)),
      tries,
    };
  }
}

export async function runScenario(room: Room & { honest: string }, scenario: Scenario): Promise<Result> {
  const startedMs = performance.now();
  const { status, wrong } = await scenario
    .attempt(room)
    .catch((error: unknown): Verdict => ({ status: 'not tried', wrong: String(error).slice(0, 600) }));
  const ms = performance.now() - startedMs;
  return {
    name: scenario.name,
    status,
    ms,
    wrong: wrong ?? (await findHarm(room, residentBytesMax.scenario)),
    tries: 1,
  };
}

function judge(
  attack: Attack,
  outcome: Outcome,
  engine: EngineName,
  ms: number,
  wallMs: number,
): { wrong: string | null; isOfTime: boolean } {
  const allowed: readonly OutcomeStatus[] = 'length' in attack.allowed ? attack.allowed : attack.allowed[engine];
  const { status, output, error } = outcome;
  const why = error === null ? '' : ` (${error.message.slice(0, 160)})`;
  const said = JSON.stringify([output, error, outcome.logs]);
  if (!allowed.includes(status)) {
    return {
      wrong: `ended ${status}${why}, not ${allowed.join(' or ')}`,
      isOfTime: status === 'LIMIT_WALL',
    };
  }
  if ((output === null) !== (status !== 'OK')) return { wrong: `${status} with output ${output}`, isOfTime: false };
  if (ours.test(said)) return { wrong: `tells of the host: ${said.slice(0, 300)}`, isOfTime: false };
  if (status !== 'LIMIT_WALL' && ms > wallMs * 0.8) return { wrong: `took ${Math.round(ms)} ms`, isOfTime: true };
  if (ms > wallMs + wallGraceMs + 2_000) return { wrong: `ended ${Math.round(ms)} ms after its start`, isOfTime: true };
  return { wrong: attack.check?.(outcome) ?? null, isOfTime: false };
}

/** After every case: an honest agent is served as before, the host is the same, and it gave its memory back. */
async function findHarm(room: Room & { honest: string }, bytesMax: number): Promise<string | null> {
  const after = await runHonest(room);
  if (after !== room.honest) return `after it an honest agent ended ${after}`;
  const { hostPid, running, waiting } = room.sandbox.stats();
  if (running + waiting > 0) return `after it ${running} runs go on and ${waiting} wait`;
  const bytes = await residentBytes(hostPid ?? 0);
  return bytes > bytesMax ? `after it the host holds ${Math.round(bytes / 2 ** 20)} MiB` : null;
}

async function runHonest(room: Room): Promise<string> {
  const { status, output } = await room.run(honest, { limits: { wallMs: 20_000, cpuMs: 5_000 } });
  return `${status} ${output}`;
}
