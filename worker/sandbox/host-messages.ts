/** What the worker tells the sandbox host's main thread. Runs do not pass here: they go to their threads by lane. */
export type HostRequest =
  /** First of all: what its threads run. */
  | { type: 'open'; threadCode: string }
  /** A new thread at the end of a lane. Threads have numbers of their own, because lanes are used again. */
  | { type: 'open-thread'; thread: number; lane: number }
  /** Whatever it does. */
  | { type: 'end-thread'; thread: number };

/** What the host's main thread tells the worker; taken for untrusted. */
export type HostMessage =
  /** Answers `end-thread` at once: what the run that went on in it has used. */
  | { type: 'ending'; thread: number; cpuMs: number; memoryPeakBytes: number }
  /** The thread is over, as asked or by itself. */
  | { type: 'gone'; thread: number; why: string };
