import type { EngineName } from '../../../worker/sandbox/engines.ts';
import type {
  ExecutionSpec,
  Outcome,
  OutcomeStatus,
  Sandbox,
  SandboxEvents,
} from '../../../worker/sandbox/sandbox-types.ts';

/** How an attack may end. By engine where they honestly differ: one answers an error where the other reaches a limit. */
export type Allowed = readonly OutcomeStatus[] | Record<EngineName, readonly OutcomeStatus[]>;

/** A program for the sandbox that tries something. */
export type Attack = {
  name: string;
  /** An ES module. */
  code: string;
  allowed: Allowed;
  /** What is wrong with the outcome although its status is allowed; null when nothing is. */
  check?(outcome: Outcome): string | null;
  spec?: Partial<ExecutionSpec>;
  onTool?: SandboxEvents['onTool'];
};

export type Verdict = { status: string; wrong: string | null };

/** Where a scenario happens. `run` gives a run the limits of the suite and an id. */
export type Room = {
  engine: EngineName;
  sandbox: Sandbox;
  run(code: string, spec?: Partial<ExecutionSpec>, events?: SandboxEvents, signal?: AbortSignal): Promise<Outcome>;
};

/** An attack of more than one program, or from another side. `isLong`: left out of the short run. */
export type Scenario = { name: string; isLong?: boolean; attempt(room: Room): Promise<Verdict> };

/** An attack that is statements of an agent's function of (input, api). */
export function body(
  name: string,
  allowed: Allowed,
  statements: string,
  rest: Partial<Omit<Attack, 'name' | 'code' | 'allowed'>> = {},
): Attack {
  return { name, allowed, code: moduleOf(statements), ...rest };
}

export function moduleOf(statements: string): string {
  return `export default async function run(input, api) {\n${statements}\n}`;
}

/** The output must be this text. */
export function gives(expected: string): (outcome: Outcome) => string | null {
  return ({ status, output }) =>
    status !== 'OK' || output === expected ? null : `gave ${String(output).slice(0, 200)}, not ${expected}`;
}
