import type { Limits } from './limits.ts';
import type { ExecutionSpec, LogLine, Outcome } from './sandbox-types.ts';

/** What a run may say and ask while it goes on. */
export type EngineEvents = {
  log(line: LogLine): void;
  progress(fraction: number, note: string | null): void;
  emit(json: string): void;
  /** Said at every look at the run, for whoever has to end it from outside. */
  used(cpuMs: number, memoryBytes: number): void;
  /** Asked at every look at a run that has used much of the processor: waits while it is the turn of others, and answers for how many ms. */
  giveWay(): number;
  /** Asks for a tool; `settle` is called while the run waits for an answer. */
  tool(name: string, args: string, settle: (answer: ToolAnswer) => void): void;
  /** Stands still until something came from outside: an answer to a tool, as a rule. */
  nextAnswer(): void;
};

/** JSON text, or the code of an error the guest may see. */
export type ToolAnswer = { json: string } | { code: string };

/** `isHealthy` false: the thread is not to be used again. */
export type EngineResult = { outcome: Outcome; isHealthy: boolean };

/** A JavaScript engine that can run strangers' code. One run at a time; nothing of a run is left for the next. */
export type SandboxEngine = {
  name: string;
  run(spec: ExecutionSpec, limits: Limits, events: EngineEvents): Promise<EngineResult>;
  /** After a run, when its result has left: makes ready what the next one finds. */
  rest(): Promise<void>;
};
