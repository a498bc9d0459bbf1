import { setTimeout as pause } from 'node:timers/promises';
import { startVitest } from 'vitest/node';
import { engineNames, type EngineName } from '../../worker/sandbox/engines.ts';
import { residentBytes } from '../bench/engine/resident-memory.ts';
import { attackGroups } from './catalogue/all.ts';
import { scenarioGroups } from './catalogue/scenarios.ts';
import { openRoom, runAttack, runScenario, type Result } from './run-attack.ts';

// npm run attack [-- engine] [name or group…]: every case on each engine, in the real host process, and those around it.
// The host's own code, which grows warm, and V8's pages.
const keptBytesMax = 128 * 2 ** 20;
const asked = process.argv.slice(2);
const engines = engineNames.filter((name) => asked.includes(name));
const wanted = asked.filter((name) => !engineNames.includes(name as EngineName));
const isWanted = (group: string, name: string) =>
  wanted.length === 0 || wanted.includes(group) || wanted.includes(name);

let misses = 0;
for (const engine of engines.length > 0 ? engines : engineNames) misses += await attackEngine(engine);
if (wanted.length === 0) misses += await attackBoundary();
process.exitCode = misses > 0 ? 1 : 0;

/** The cases around the sandbox: the network's addresses, tools and their secrets, uploads. They are tests, on a real database. */
async function attackBoundary(): Promise<number> {
  const vitest = await startVitest(
    'test',
    ['ssrf', 'tools', 'upload'].map((name) => `tests/security/${name}.test.ts`),
    { watch: false, reporters: ['verbose'] },
  );
  await vitest.close();
  return vitest.state.getCountOfFailedTests();
}

async function attackEngine(engine: EngineName): Promise<number> {
  const room = await openRoom(engine);
  const results: Result[] = [];
  const startedMs = performance.now();
  const take = (result: Result) => {
    results.push(result);
    console.log(lineOf(engine, result));
  };
  try {
    for (const [group, attacks] of Object.entries(attackGroups))
      for (const attack of attacks) if (isWanted(group, attack.name)) take(await runAttack(room, attack));
    for (const [group, scenarios] of Object.entries(scenarioGroups))
      for (const scenario of scenarios) if (isWanted(group, scenario.name)) take(await runScenario(room, scenario));
    const { walls, hostStarts } = room.sandbox.stats();
    const missed = results.filter(({ wrong }) => wrong !== null);
    const left = await settledBytes(room);
    if (left > room.emptyBytes + keptBytesMax)
      missed.push({ name: 'memory', status: '', ms: 0, tries: 1, wrong: `the host keeps ${mib(left)}` });
    console.log(
      [
        '',
        `${room.sandbox.engine}: ${results.length - missed.length} of ${results.length} contained, ${Math.round((performance.now() - startedMs) / 1000)} s`,
        `walls in force: ${walls.join(', ')}`,
        `the host was started ${hostStarts} time(s); it held ${mib(room.emptyBytes)} when it was new and holds ${mib(left)} after all of it`,
        ...missed.map(({ name, wrong }) => `MISSED ${name}: ${wrong}`),
        '',
      ].join('\n'),
    );
    return missed.length;
  } finally {
    await room.sandbox.close();
  }
}

/** What the host holds when nothing ran for ten seconds: idle threads have ended by then, and a host that served a crowd is a new one. */
async function settledBytes({ sandbox, emptyBytes }: Awaited<ReturnType<typeof openRoom>>): Promise<number> {
  for (const endMs = performance.now() + 20_000; ; await pause(500)) {
    const bytes = await residentBytes(sandbox.stats().hostPid ?? 0);
    if (bytes <= emptyBytes + keptBytesMax || performance.now() > endMs) return bytes;
  }
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function lineOf(engine: EngineName, { name, status, ms, wrong, tries }: Result): string {
  const again = tries > 1 ? ` (try ${tries})` : '';
  const verdict = wrong === null ? 'ok' : `NOT OK: ${wrong}`;
  return `${name.padEnd(34)} ${engine.padEnd(18)} ${status.padEnd(16)} ${String(Math.round(ms)).padStart(6)} ms  ${verdict}${again}`;
}
