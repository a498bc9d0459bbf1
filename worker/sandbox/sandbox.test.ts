import { describe, expect, it } from 'vitest';
import { body, useSandbox } from './sandbox-fixture.ts';
import type { LogLine } from './sandbox-types.ts';

const room = useSandbox();
const { run } = room;

describe('an agent', () => {
  it('gets its input and gives its output, as a promise or at once', async () => {
    expect(await run(body('return { y: input.x + 1 };'))).toMatchObject({
      status: 'OK',
      output: '{"y":2}',
      error: null,
    });
    expect(await run('export default (input) => input.x;')).toMatchObject({ status: 'OK', output: '1' });
    expect(await run(body(''))).toMatchObject({ status: 'OK', output: 'null' });
  });

  it('can log, show progress, keep a partial output, and use timers without waiting', async () => {
    const lines: LogLine[] = [];
    const progress: unknown[] = [];
    const code = body(`
      console.warn('careful', { a: 1 });
      api.log('one', 2);
      api.progress(0.5, 'half');
      api.emit({ soFar: 1 });
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return 'done';`);
    const outcome = await run(
      code,
      {},
      { onLog: (line) => lines.push(line), onProgress: (...said) => progress.push(said) },
    );
    expect(outcome).toMatchObject({ status: 'OK', output: '"done"', partial: '{"soFar":1}' });
    expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual(['warn: careful {"a":1}', 'log: one 2']);
    expect(outcome.logs).toEqual(lines);
    expect(progress).toEqual([[0.5, 'half']]);
    expect(outcome.wallMs).toBeLessThan(15_000);
  });

  it('sees the same chance and the same clock for the same seed, and another for another', async () => {
    const code = body(
      'return [Math.random(), api.random(), Date.now(), new Date().toISOString(), api.now(), new Date().getTimezoneOffset()];',
    );
    const [first, again, other] = [await run(code), await run(code), await run(code, { seed: '43' })];
    expect(again.output).toBe(first.output);
    expect(other.output).not.toBe(first.output);
    expect(first.output).toContain('2027-01-15T08:00:00');
  });

  it('learns where it failed, in a sentence', async () => {
    const failing = await run('export default function run() {\n  null.x;\n}');
    expect(failing).toMatchObject({ status: 'GUEST_ERROR', output: null });
    expect(failing.error?.message).toMatch(/TypeError.*line 2/);
    expect((await run('export default ((')).error?.message).toContain('SyntaxError');
    expect((await run(body('throw { code: 7 };'))).error?.message).toBe('Error: {"code":7}');
    expect((await run(body('return { n: 10n };'))).error?.message).toMatch(
      /^The output cannot be written as JSON: .*bigint.*\. Return objects, lists/i,
    );
    const large = await run(body("api.emit(1); api.emit('x'.repeat(1_100_000)); return 2;"));
    expect(large).toMatchObject({ status: 'OK', partial: '1' });
    expect(large.logs.map(({ message }) => message).join()).toContain('1024 KiB of JSON, which is not kept');
    expect((await run('export const x = 1;')).error?.message).toContain('export default async function run(input)');
    expect((await run(body('await new Promise(() => {});'))).error?.message).toContain('nothing can resolve');
    expect((await run("import fs from 'node:fs'; export default () => 1;")).error?.message).toContain('Bundle');
  });

  it('asks for tools by name, and learns a code alone when one fails', async () => {
    const onTool = async ({ name, args }: { name: string; args: string }) => {
      if (name === 'test.bad') throw new Error('connect postgres://user:secret@db failed');
      return JSON.stringify({ got: JSON.parse(args) as unknown });
    };
    const code = body(
      'const a = await api.tools.test.echo({ q: 1 }); let b; try { await api.tools.test.bad(); } catch (e) { b = [e.message, e.code]; } return { a, b };',
    );
    const outcome = await run(code, { tools: ['test.echo', 'test.bad'] }, { onTool });
    expect(JSON.parse(outcome.output ?? '')).toEqual({
      a: { got: { q: 1 } },
      b: ['The tool test.bad failed: failed', 'failed'],
    });
    expect((await run(body('return typeof api.tools.test;'), {}, { onTool })).output).toBe('"undefined"');
    const storm = body('for (let i = 0; i < 1000; i++) api.tools.test.echo(i); await api.tools.test.echo(0);');
    expect((await run(storm, { tools: ['test.echo'] }, { onTool: () => new Promise(() => {}) })).status).toBe(
      'LIMIT_TOOL',
    );
  });

  it('refuses an argument larger than the limit before it leaves the guest', async () => {
    const code = body("try { await api.tools.test.echo('x'.repeat(2e6)); } catch (e) { return e.code; }");
    expect(await run(code, { tools: ['test.echo'] }, { onTool: async () => '1' })).toMatchObject({
      output: '"too_large"',
      toolCalls: 0,
    });
  });

  it('uses libraries as code of its own, loaded when they are first read', async () => {
    const libraries = [
      { name: 'sum', code: '(() => ({ of: (...n) => n.reduce((a, b) => a + b, 0) }))()' },
      { name: 'broken', code: '(() => { throw new Error("never read") })()' },
    ];
    expect((await run(body('return api.tools.sum.of(1, 2, input.x);'), { libraries })).output).toBe('4');
  });

  it('finds nothing of the run before it', async () => {
    await run(body('globalThis.left = "behind"; Array.prototype.evil = 1; Symbol.for("shared"); return 1;'));
    expect((await run(body('return [typeof left, typeof [].evil];'))).output).toBe('["undefined","undefined"]');
  });

  it('cannot make its result say something else by changing what is built in', async () => {
    const code = body(`
      JSON.stringify = () => '"forged"'; JSON.parse = () => 'forged'; Object.keys = () => ['forged'];
      Object.prototype.toJSON = function () { return 'forged'; };
      return { honest: true };`);
    const outcome = await run(code);
    // toJSON is JavaScript's own rule and the agent's own output; what matters is that nothing outside it changes.
    expect(['{"honest":true}', '"forged"']).toContain(outcome.output);
    // Without Promise.prototype.then an agent's own promises cannot end; the room serves on.
    expect((await run(body("Promise.prototype.then = () => 'forged'; return 1;"))).status).toBe('GUEST_ERROR');
    expect((await run(body('return 1;'))).output).toBe('1');
  });

  it('finds nothing of a run of the same tenant before it, though they may share an engine instance', async () => {
    const tenant = 'submission-1';
    for (let round = 0; round < 20; round += 1) {
      const outcome = await run(
        body(
          'const was = typeof globalThis.left; globalThis.left = 1; Array.prototype.evil = 1; return [was, Math.random()];',
        ),
        { tenant },
      );
      expect(outcome).toMatchObject({ status: 'OK', output: expect.stringContaining('undefined') });
    }
    const [one, two] = [await run(body('return Math.random();'), { tenant }), await run(body('return Math.random();'))];
    expect(one.output).toBe(two.output);
  });
});

describe('the room', () => {
  it('refuses code and input over their limits', async () => {
    expect((await run(`/*${'x'.repeat(512 * 1024)}*/`)).error?.message).toContain('larger');
    expect((await run(body(''), { input: JSON.stringify('x'.repeat(1024 * 1024)) })).error?.message).toContain(
      'larger',
    );
  });

  it('stops a run that is cancelled at once', async () => {
    const stop = new AbortController();
    const outcome = run(
      body('api.log("begun"); for (;;);'),
      { limits: { wallMs: 20_000, cpuMs: 20_000 } },
      { onLog: () => stop.abort() },
      stop.signal,
    );
    expect(await outcome).toMatchObject({ status: 'CANCELLED' });
    expect((await outcome).wallMs).toBeLessThan(5_000);
  });

  it('says that the fault is ours when its host dies, and serves on', async () => {
    const { hostPid } = room.sandbox.stats();
    const outcome = run(
      body('api.log("begun"); for (;;);'),
      { limits: { wallMs: 20_000, cpuMs: 20_000 } },
      { onLog: () => process.kill(hostPid ?? 0, 'SIGKILL') },
    );
    expect((await outcome).status).toBe('HOST_FAULT');
    expect((await run(body('return "again";'))).output).toBe('"again"');
    expect(room.sandbox.stats().hostStarts).toBe(2);
  });

  it('runs a scorer in the same room', async () => {
    const code = 'export default function score({ input, output, expected }) { return output === expected ? 1 : 0; }';
    expect((await run(code, { kind: 'scorer', input: '{"input":1,"output":2,"expected":2}' })).output).toBe('1');
  });
});
