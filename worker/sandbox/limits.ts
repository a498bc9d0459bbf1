/** Everything an execution is limited by. docs/limits.md says what happens at each. */
export type Limits = {
  /** From start to end, tool calls included; a clock outside the thread ends it. */
  wallMs: number;
  /** Processor time of the guest. */
  cpuMs: number;
  codeBytesMax: number;
  inputBytesMax: number;
  outputBytesMax: number;
  outputDepthMax: number;
  outputKeysMax: number;
  logBytesMax: number;
  logLinesMax: number;
  /** The guest's WebAssembly memory: engine, code, input and everything it makes. */
  memoryBytesMax: number;
  stackBytesMax: number;
  toolCallsMax: number;
};

export const limits: Limits = {
  wallMs: 30_000,
  cpuMs: 25_000,
  codeBytesMax: 512 * 1024,
  inputBytesMax: 1024 * 1024,
  outputBytesMax: 1024 * 1024,
  outputDepthMax: 32,
  outputKeysMax: 50_000,
  logBytesMax: 256 * 1024,
  logLinesMax: 5_000,
  memoryBytesMax: 64 * 1024 * 1024,
  stackBytesMax: 256 * 1024,
  toolCallsMax: 20,
};

/** A guest that goes on logging this many times the log's limit is stopped. */
export const logFloodFactor = 8;

/** Processor time after which a run takes turns with others that used as much. */
export const longRunCpuMs = 50;

/** Progress and partial outputs that are told at once; more are told less often, the last always. */
export const toldAtOnceMax = 50;

/** How often a second progress or a partial output is told after that. */
export const toldPerSecondMax = 200;

/** A partial output counts once more for each so many characters of it: the worker reads them all, whoever's they are. */
export const toldCharactersEach = 16 * 1024;

/** How long a new thread may take to its first run; the run's clock starts then. After that the fault is ours. */
export const threadStartMsMax = 15_000;

/** How long after the wall limit a thread that does not listen is ended. */
export const wallGraceMs = 250;

/** How long the host may take to end a thread, or to make room when nothing runs, before the whole process is taken for dead. */
export const hostGraceMs = 5_000;

/** The largest frame between the worker and the sandbox host, in bytes; checked before anything is allocated. */
export const frameBytesMax = 16 * 1024 * 1024;

/** What a thread of the host may use besides the guest's own memory. */
export const threadLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 32 };
