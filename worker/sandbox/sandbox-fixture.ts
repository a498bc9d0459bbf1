import { readFileSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { openSandbox } from './open-sandbox.ts';
import type { ExecutionSpec, Outcome, Sandbox, SandboxEvents } from './sandbox-types.ts';

const short = { wallMs: 15_000, cpuMs: 700 };

export type Room = {
  sandbox: Sandbox;
  /** Runs code, with an input and short limits unless told otherwise. */
  run(code: string, rest?: Partial<ExecutionSpec>, events?: SandboxEvents, signal?: AbortSignal): Promise<Outcome>;
};

/** For a test file: a sandbox that is opened before its tests and closed after them. */
export function useSandbox(): Room {
  const room = {} as Room;
  let next = 0;
  beforeAll(async () => {
    room.sandbox = await openSandbox({ threadsMax: 64 });
  });
  afterAll(() => room.sandbox.close());
  return Object.assign(room, {
    run(code: string, rest: Partial<ExecutionSpec> = {}, events?: SandboxEvents, signal?: AbortSignal) {
      next += 1;
      const spec = {
        id: `run-${next}`,
        code,
        input: '{"x":1}',
        seed: '42',
        clockMs: 1_800_000_000_000,
        limits: short,
        ...rest,
      };
      return room.sandbox.run(spec, events, signal);
    },
  });
}

/** An agent that does this. */
export const body = (statements: string) => `export default async function run(input, api) { ${statements} }`;

/** One that has ended and waits to be collected is not alive. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The process at the end of a chain of only children: the host inside the programs that make its walls. */
export function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return child === undefined ? pid : innermost(Number(child));
}
