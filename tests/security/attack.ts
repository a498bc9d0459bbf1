import { engineNames, type EngineName } from '../../worker/sandbox/engines.ts';
import { residentBytes } from '../bench/engine/resident-memory.ts';
import { attackGroups } from './catalogue/all.ts';
import { scenarioGroups } from './catalogue/scenarios.ts';
import { openRoom, runAttack, runScenario, type Result } from './run-attack.ts';

// node tests/security/attack.ts [engine] [name or group…]: every case on each engine, in the real host process.
const asked = process.argv.slice(2);
const engines = engineNames.filter((name) => asked.includes(name));
const wanted = asked.filter((name) => !engineNames.includes(name as EngineName));
const isWanted = (group: string, name: string) =>
  wanted.length === 0 || wanted.includes(group) || wanted.includes(name);

let misses = 0;
for (const engine of engines.length > 0 ? engines : engineNames) misses += await attackEngine(engine);
process.exitCode = misses > 0 ? 1 : 0;

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
    const { walls, hostPid, hostStarts } = room.sandbox.stats();
    const missed = results.filter(({ wrong }) => wrong !== null);
    console.log(
      [
        '',
        `${room.sandbox.engine}: ${results.length - missed.length} of ${results.length} contained, ${Math.round((performance.now() - startedMs) / 1000)} s`,
        `walls in force: ${walls.join(', ')}`,
        `the host was started ${hostStarts} time(s) and holds ${Math.round((await residentBytes(hostPid ?? 0)) / 2 ** 20)} MiB`,
        ...missed.map(({ name, wrong }) => `MISSED ${name}: ${wrong}`),
        '',
      ].join('\n'),
    );
    return missed.length;
  } finally {
    await room.sandbox.close();
  }
}

function lineOf(engine: EngineName, { name, status, ms, wrong, tries }: Result): string {
  const again = tries > 1 ? ` (try ${tries})` : '';
  const verdict = wrong === null ? 'ok' : `NOT OK: ${wrong}`;
  return `${name.padEnd(34)} ${engine.padEnd(18)} ${status.padEnd(16)} ${String(Math.round(ms)).padStart(6)} ms  ${verdict}${again}`;
}
