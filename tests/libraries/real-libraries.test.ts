import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../worker/sandbox/limits.ts';
import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';
import type { Sandbox } from '../../worker/sandbox/sandbox-types.ts';
import { bundleExample } from './bundle-example.ts';
import { examples } from './examples.ts';
import { runInNode } from './run-in-node.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ threadsMax: 2 });
});
afterAll(() => sandbox.close());

describe('a library of npm, bundled into an agent', () => {
  it.each(examples)('$library answers in the sandbox what it answers in Node', async ({ library, input, known }) => {
    const code = await bundleExample(library);
    expect(Buffer.byteLength(code)).toBeLessThan(limits.codeBytesMax);
    const [outcome, inNode] = await Promise.all([
      sandbox.run({ id: library, code, input: JSON.stringify(input), seed: '1', clockMs: 1_800_000_000_000 }),
      runInNode(code, input),
    ]);
    expect(outcome).toMatchObject({ status: 'OK', error: null });
    expect(JSON.parse(inNode)).toMatchObject(known);
    expect(JSON.parse(outcome.output ?? '')).toEqual(JSON.parse(inNode));
    expect(outcome.output).toBe(inNode);
  });
});
