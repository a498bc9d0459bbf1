import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineNames } from '../../worker/sandbox/engines.ts';
import { attackGroups } from './catalogue/all.ts';
import type { Attack } from './catalogue/case.ts';
import { scenarioGroups } from './catalogue/scenarios.ts';
import { openRoom, runAttack, runScenario } from './run-attack.ts';

// The short run of `npm run attack`: every case that is over at once, and one of each kind that uses its processor time or its wall.
const isSlow = ({ allowed }: Attack) =>
  ('length' in allowed ? [allowed] : Object.values(allowed)).some((statuses) =>
    statuses.some((status) => status === 'LIMIT_CPU' || status === 'LIMIT_WALL' || status === 'LIMIT_MEMORY'),
  );
const slowToo = [
  'loop-while-true',
  'mem-arraybuffer-many',
  'cpu-array-includes',
  'redos-nested-plus',
  'promise-async-forever',
];

describe.each(engineNames)('%s', (engine) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(engine, 4);
  });
  afterAll(() => room.sandbox.close());

  it.each(Object.entries(attackGroups))('contains the attacks of the group %s', async (_, attacks) => {
    const missed = [];
    for (const attack of attacks.filter((one) => !isSlow(one) || slowToo.includes(one.name))) {
      const { name, wrong } = await runAttack(room, attack);
      if (wrong !== null) missed.push(`${name}: ${wrong}`);
    }
    expect(missed).toEqual([]);
  });

  it.each(Object.entries(scenarioGroups))('contains the scenarios of the group %s', async (_, scenarios) => {
    const missed = [];
    for (const scenario of scenarios.filter(({ isLong }) => isLong !== true)) {
      const { name, wrong } = await runScenario(room, scenario);
      if (wrong !== null) missed.push(`${name}: ${wrong}`);
    }
    expect(missed).toEqual([]);
  });
});

it('has a name of its own for every case, and each can fail', () => {
  const all = Object.values(attackGroups).flat();
  const names = [...all, ...Object.values(scenarioGroups).flat()].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(all.filter(({ allowed }) => 'length' in allowed && (allowed.length === 0 || allowed.length > 5))).toEqual([]);
});
