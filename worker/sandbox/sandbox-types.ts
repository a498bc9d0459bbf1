import type { Limits } from './limits.ts';

/** What is to be run: one ES module, one input. */
export type ExecutionSpec = {
  id: string;
  /** JavaScript, an ES module. */
  code: string;
  /** JSON text. */
  input: string;
  /** Decides every random number. */
  seed: string;
  /** What the guest's clock starts at, milliseconds since 1970. */
  clockMs: number;
  limits?: Partial<Limits>;
  /** 'agent': default function (input, api). 'scorer': default function ({ input, output, expected }). */
  kind?: 'agent' | 'scorer';
  /**
   * Runs that name the same tenant (one submission) may share an engine instance, each in a runtime of its own; a run without one gets an
   * instance that nothing ran in before.
   */
  tenant?: string;
  /** Names of the tools the guest may ask for, such as `http.get`; each call is answered outside. */
  tools?: string[];
  /** Tools that are code of the guest's own: `tools.<name>` is what the expression evaluates to, the first time it is read. */
  libraries?: Library[];
};

/** `code` is one expression of JavaScript, an object of functions. */
export type Library = { name: string; code: string };

export const outcomeStatuses = [
  'OK',
  'GUEST_ERROR',
  'LIMIT_CPU',
  'LIMIT_WALL',
  'LIMIT_MEMORY',
  'LIMIT_STACK',
  'LIMIT_OUTPUT',
  'LIMIT_LOG',
  'LIMIT_TOOL',
  'OUTPUT_REJECTED',
  'TOOL_DENIED',
  'CANCELLED',
  'HOST_FAULT',
] as const;

/** Only OK may be scored as an answer; HOST_FAULT is ours and never counts against the guest. */
export type OutcomeStatus = (typeof outcomeStatuses)[number];

export type LogLine = { seq: number; level: 'log' | 'info' | 'warn' | 'error'; message: string; atMs: number };

export type Outcome = {
  status: OutcomeStatus;
  /** JSON text, serialised once by the guest and checked outside; null unless the status is OK. */
  output: string | null;
  /** The last emit(), JSON text. */
  partial: string | null;
  error: { code: string; message: string } | null;
  logs: LogLine[];
  logTruncated: boolean;
  cpuMs: number;
  wallMs: number;
  memoryPeakBytes: number;
  /** How often it asked for a tool. */
  toolCalls: number;
  /** The engine itself failed in it, which honest code hardly ever brings about. */
  trapped: boolean;
};

export type SandboxEvents = {
  onLog?(line: LogLine): void;
  onProgress?(fraction: number, note: string | null): void;
  /** Answers a tool call with JSON text; what it throws reaches the guest as a code alone. */
  onTool?(call: { name: string; args: string }): Promise<string>;
};

/** The sealed room: three walls around a stranger's code (docs/decisions/0004-sandbox-walls.md). */
export type Sandbox = {
  /** The engine's name, as it is stored with what it ran. */
  engine: string;
  /** Runs one execution. Never rejects: a fault of ours is the status HOST_FAULT. */
  run(spec: ExecutionSpec, events?: SandboxEvents, signal?: AbortSignal): Promise<Outcome>;
  stats(): { running: number; waiting: number; hostPid: number | null; hostStarts: number; walls: string[] };
  close(): Promise<void>;
};
