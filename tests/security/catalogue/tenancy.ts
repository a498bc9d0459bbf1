import type { Outcome } from '../../../worker/sandbox/sandbox-types.ts';
import { moduleOf, type Room, type Scenario } from './case.ts';

const canary = 'canary-7f3a';

/** One tenant runs, then another looks for what it left; the same tenant too, whose runs may share an instance of the engine. */
async function oneThenOther(room: Room, one: string, other: string, expected: string): Promise<string | null> {
  const tenants: [string | undefined, string | undefined][] = [
    ['a', 'b'],
    ['a', 'a'],
    [undefined, undefined],
    ['a', undefined],
  ];
  for (const [first, second] of tenants) {
    await room.run(moduleOf(one), first === undefined ? {} : { tenant: first });
    const found = await room.run(moduleOf(other), second === undefined ? {} : { tenant: second });
    if (found.output !== expected)
      return `${second ?? 'nobody'} after ${first ?? 'nobody'} found ${found.status} ${found.output}`;
  }
  return null;
}

const residue = (name: string, one: string, other: string, expected: string): Scenario => ({
  name,
  async attempt(room) {
    const wrong = await oneThenOther(room, one, other, expected);
    return { status: wrong === null ? 'not found' : 'found', wrong };
  },
});

/** Looking for what another run left, or does beside one. */
export const tenancyScenarios: Scenario[] = [
  residue(
    'tenant-global-residue',
    "globalThis.left = 'behind'; Array.prototype.evil = 1; Object.prototype.evil = 1; return 1;",
    'return [typeof left, typeof [].evil, typeof ({}).evil];',
    '["undefined","undefined","undefined"]',
  ),
  residue(
    'tenant-symbol-registry',
    "globalThis[Symbol.for('left')] = 1; return 1;",
    "return typeof globalThis[Symbol.for('left')];",
    '"undefined"',
  ),
  residue(
    'tenant-prototype-residue',
    "JSON.stringify = () => 'x'; Date.now = () => 1; Math.random = () => 0.5; return 1;",
    'return [typeof JSON.stringify, Date.now() > 5, Math.random() !== 0.5];',
    '["function",true,true]',
  ),
  residue(
    'tenant-regexp-residue',
    "/(secret)/.exec('a secret b'); return 1;",
    "return [RegExp.$1 ?? '', RegExp.lastMatch ?? '', RegExp.input ?? ''].join('');",
    '""',
  ),
  residue(
    'tenant-timer-residue',
    'setInterval(() => { globalThis.ticked = 1; }, 1); return 1;',
    'await new Promise((done) => setTimeout(done, 100)); return typeof ticked;',
    '"undefined"',
  ),
  {
    name: 'tenant-heap-residue',
    async attempt(room) {
      await room.run(
        moduleOf(
          `const kept = []; for (let i = 0; i < 16; i++) kept.push('${canary}'.repeat(95_000) + i); return kept.length;`,
        ),
        { tenant: 'a' },
      );
      // A read past a shrunk buffer, where the engine has the fault, and all memory the guest can ask for.
      const probe = moduleOf(`const wanted = [..."${canary}"].map((c) => c.charCodeAt(0)); let seen = 0;
        const look = (bytes) => { for (let i = 0; i + wanted.length < bytes.length; i++) { let n = 0; while (n < wanted.length && bytes[i + n] === wanted[n]) n++; if (n === wanted.length) seen++; } };
        for (let round = 0; round < 20; round++) {
          const buffer = new ArrayBuffer(65_536, { maxByteLength: 131_072 });
          try { look(new Uint8Array(buffer).with(0, { valueOf() { buffer.resize(1); return 1; } })); } catch {}
        }
        return seen;`);
      // The probe's own text holds the canary, in its own instance: what is counted is what it holds beyond that.
      const found: Outcome = await room.run(probe, { tenant: 'b', input: 'null' });
      const isContained = found.output === '0' || found.status === 'GUEST_ERROR' || found.status === 'LIMIT_CPU';
      return { status: found.status, wrong: isContained ? null : `found ${found.output} canaries` };
    },
  },
  {
    name: 'tenant-timing',
    async attempt(room) {
      const code = moduleOf(
        'const from = Date.now(); let n = 0; for (let i = 0; i < 2e5; i++) n += i; return [Date.now() - from, api.now() - from, typeof performance];',
      );
      const [one, other] = [await room.run(code, { tenant: 'a' }), await room.run(code, { tenant: 'b' })];
      const wrong =
        one.output === '[1,2,"undefined"]' && other.output === one.output
          ? null
          : `measured ${one.output} and ${other.output}`;
      return { status: one.status, wrong };
    },
  },
  {
    name: 'tenant-answers-apart',
    async attempt(room) {
      const ask = (who: string) =>
        room.run(
          moduleOf(
            'const a = []; for (let i = 0; i < 10; i++) a.push(await api.tools.test.who(i)); return a.join("");',
          ),
          { tenant: who, tools: ['test.who'] },
          { onTool: async () => JSON.stringify(who) },
        );
      const whos = ['a', 'b', 'c', 'd', 'e', 'f'];
      const outcomes = await Promise.all(whos.map(ask));
      const mixed = outcomes.find(({ output }, index) => output !== JSON.stringify(whos[index]?.repeat(10)));
      return {
        status: outcomes[0]?.status ?? '',
        wrong: mixed === undefined ? null : `an answer went to another run: ${mixed.output}`,
      };
    },
  },
  {
    name: 'tenant-cancel-beside',
    async attempt(room) {
      const stop = new AbortController();
      const ended = room.run(
        moduleOf("api.log('begun'); for (;;);"),
        { tenant: 'a' },
        { onLog: () => stop.abort() },
        stop.signal,
      );
      const beside = await room.run(moduleOf('return 1;'), { tenant: 'b' });
      const { status } = await ended;
      return {
        status,
        wrong:
          status === 'CANCELLED' && beside.output === '1'
            ? null
            : `ended ${status}, the one beside it ${beside.status}`,
      };
    },
  },
  {
    name: 'random-predict',
    async attempt(room) {
      const code = moduleOf('return [Math.random(), Math.random(), api.random()];');
      const seeds = ['seed', 'seed ', 'Seed', 'seed1', 'dees'];
      const outputs = await Promise.all(seeds.map(async (seed) => (await room.run(code, { seed })).output));
      const apart = new Set(outputs).size === seeds.length;
      return { status: 'OK', wrong: apart ? null : 'two seeds gave the same chance' };
    },
  },
  {
    name: 'determinism-replay',
    async attempt(room) {
      const code = moduleOf(
        "const m = new Map(Object.entries({ b: 1, a: 2, 3: 3 })); return [Math.random(), Date.now(), [...m], new Date().toString(), Object.keys({ z: 1, y: 2, 1: 3 }), [5, 1, 4].sort(), typeof Symbol('x').toString()];",
      );
      const outputs = new Set<string | null>();
      for (let round = 0; round < 1_000; round += 1)
        outputs.add((await room.run(code, round % 2 === 0 ? {} : { tenant: 't' })).output);
      return {
        status: 'OK',
        wrong: outputs.size === 1 ? null : `1,000 replays gave ${outputs.size} different outputs`,
      };
    },
  },
];
