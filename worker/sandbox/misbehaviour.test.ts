import { describe, expect, it } from 'vitest';
import { body, useSandbox } from './sandbox-fixture.ts';

const { run } = useSandbox();

describe('an agent that misbehaves gets its own outcome', () => {
  it.each([
    ['loops for ever', body('for (;;);'), 'LIMIT_CPU'],
    ['loops and catches', body('for (;;) { try { for (;;); } catch {} }'), 'LIMIT_CPU'],
    [
      'loops in promises',
      body('const f = () => Promise.resolve().then(f); const g = async () => { for (;;) await 0; }; return g();'),
      'LIMIT_CPU',
    ],
    ['loops inside a native function', body('return new Array(1e9) + "";'), 'LIMIT_WALL'],
    ['searches for ever with a regular expression', body('return /^(a+)+$/.test("a".repeat(40) + "b");'), 'LIMIT_CPU'],
    ['recurses', body('const f = () => f() + 1; return f();'), 'LIMIT_STACK'],
    ['parses deep JSON', body('return JSON.parse("[".repeat(2e5));'), 'LIMIT_STACK'],
    ['allocates without end', body('const all = []; for (;;) all.push(new ArrayBuffer(1 << 20));'), 'LIMIT_MEMORY'],
    ['floods the log', body('for (;;) api.log("x".repeat(200));'), 'LIMIT_LOG'],
    ['returns two megabytes', body('return "x".repeat(2_000_000);'), 'LIMIT_OUTPUT'],
    ['returns a circle', body('const o = {}; o.o = o; return o;'), 'OUTPUT_REJECTED'],
    [
      'returns a key that reaches prototypes',
      body('return JSON.parse(\'{"__proto__":{"admin":true}}\');'),
      'OUTPUT_REJECTED',
    ],
    ['returns a NUL', body('return "ok\\0<script>";'), 'OUTPUT_REJECTED'],
    [
      'returns a hundred levels',
      body('let a = 1; for (let i = 0; i < 100; i++) a = [a]; return a;'),
      'OUTPUT_REJECTED',
    ],
    ['reads process', body('return process.env;'), 'GUEST_ERROR'],
    ['calls require', body('return require("node:fs");'), 'GUEST_ERROR'],
    ['imports a module', body('return await import("node:fs");'), 'GUEST_ERROR'],
    ['calls fetch', body('return await fetch("http://127.0.0.1");'), 'GUEST_ERROR'],
    ['climbs to Function', body('return globalThis.constructor.constructor("return process")();'), 'GUEST_ERROR'],
    ['throws what cannot be shown', body('throw { get message() { throw 1; } };'), 'GUEST_ERROR'],
  ])('%s', async (_, code, status) => {
    const outcome = await run(code, status === 'LIMIT_WALL' ? { limits: { wallMs: 800, cpuMs: 15_000 } } : {});
    expect(outcome.status).toBe(status);
    expect(outcome.output).toBeNull();
    expect(outcome.error?.message).toMatch(/\w.*[.)}\w]$/);
  });

  it('sorts two million numbers within the limits it has', async () => {
    const outcome = await run(
      body(
        'const a = new Float64Array(2_000_000); for (let i = 0; i < a.length; i++) a[i] = (i * 7919) % 2000003; a.sort(); return a[1_000_000];',
      ),
      {
        limits: { wallMs: 15_000, cpuMs: 12_000 },
      },
    );
    expect(['OK', 'LIMIT_MEMORY', 'LIMIT_CPU', 'LIMIT_WALL']).toContain(outcome.status);
  });

  it('keeps its partial output when the clock ends it, in a native loop too', async () => {
    const outcome = await run(body('api.emit({ best: 7 }); return new Array(1e9) + "";'), {
      limits: { wallMs: 500, cpuMs: 5_000 },
    });
    expect(outcome).toMatchObject({ status: 'LIMIT_WALL', partial: '{"best":7}' });
  });

  it('does not delay a normal agent beside it', async () => {
    const loops = Array.from({ length: 12 }, () =>
      run(body('for (;;);'), { limits: { wallMs: 2_500, cpuMs: 60_000 } }),
    );
    const outcome = await run(body('return 1;'));
    expect(outcome.status).toBe('OK');
    expect(outcome.wallMs).toBeLessThan(2_000);
    for (const { status } of await Promise.all(loops)) expect(status).toBe('LIMIT_WALL');
  });
});

describe('at the real limits', () => {
  it('every misbehaving agent ends within 31 s with its own outcome, and a normal agent beside them in time', async () => {
    const programs: [string, string, string[]][] = [
      ['loops for ever', body('for (;;);'), ['LIMIT_CPU', 'LIMIT_WALL']],
      ['loops in a native function', body('return new Array(1e9) + "";'), ['LIMIT_WALL', 'LIMIT_CPU', 'LIMIT_MEMORY']],
      ['recurses', body('const f = () => f() + 1; return f();'), ['LIMIT_STACK']],
      ['allocates without end', body('const all = []; for (;;) all.push({ a: all.length });'), ['LIMIT_MEMORY']],
      [
        'sorts two million numbers',
        body(
          'const a = []; for (let i = 0; i < 2e6; i++) a.push((i * 7919) % 2000003); a.sort((x, y) => x - y); return a.length;',
        ),
        ['OK', 'LIMIT_MEMORY', 'LIMIT_CPU', 'LIMIT_WALL'],
      ],
      ['floods the log', body('for (;;) api.log("flood");'), ['LIMIT_LOG']],
      ['returns two megabytes', body('return "x".repeat(2_000_000);'), ['LIMIT_OUTPUT']],
      ['tries process', body('return process.env;'), ['GUEST_ERROR']],
    ];
    const startedMs = performance.now();
    const wild = programs.map(async ([name, code, expected]) => {
      const { status, error } = await run(code, { limits: {} });
      return {
        name,
        isExpected: expected.includes(status),
        status,
        says: error?.message ?? '',
        tookMs: performance.now() - startedMs,
      };
    });
    const normal = await run(body('return input.x;'), { limits: {} });
    expect(normal).toMatchObject({ status: 'OK' });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    for (const outcome of await Promise.all(wild)) {
      expect(outcome, outcome.name).toMatchObject({ isExpected: true });
      expect(outcome.tookMs, outcome.name).toBeLessThan(31_000);
    }
  }, 60_000);
});
