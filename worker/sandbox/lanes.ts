import { descriptorOf, type HostProcess } from './host-process.ts';
import type { LaneRequest, SentSpec } from './lane-messages.ts';
import type { ExecutionSpec } from './sandbox-types.ts';

const idleMs = 10_000;
const runsMax = 500;
// Characters of code a thread keeps, so that the cases of a submission do not send it each time.
const keptCodeMax = 1024 * 1024;

/** A pipe to the host, and the thread that listens at its other end, if any. */
export type Lane = {
  readonly number: number;
  thread: number | null;
  runs: number;
  lastTenant: string | undefined;
  /** What the thread has, with the number it was sent with. */
  readonly codes: Map<string, number>;
  codeLength: number;
  idleTimer: NodeJS.Timeout | null;
};

/**
 * The lanes of one host. Each has at most one thread, and each thread one run; there are never more threads than lanes, those included
 * that are being ended. Threads are opened when needed, kept a while when idle, and ended when they are not to be used again.
 */
export class Lanes {
  readonly #host: HostProcess;
  readonly #idleMin: number;
  readonly #empty: Lane[];
  readonly #idle: Lane[] = [];
  readonly #byThread = new Map<number, Lane>();
  #lastThread = 0;

  constructor(host: HostProcess, count: number, idleMin: number) {
    this.#host = host;
    this.#idleMin = idleMin;
    this.#empty = Array.from({ length: count }, (_, number) => newLane(count - 1 - number));
    this.fill();
  }

  /** A lane whose thread can take a run: one that served the same tenant before others, because it may still have its engine instance. Null: all are in use. */
  take(tenant: string | undefined): Lane | null {
    const same = tenant === undefined ? -1 : this.#idle.findLastIndex((lane) => lane.lastTenant === tenant);
    const lane = (same === -1 ? this.#idle.pop() : this.#idle.splice(same, 1)[0]) ?? this.#open();
    if (lane === null) return null;
    if (lane.idleTimer !== null) clearTimeout(lane.idleTimer);
    lane.runs += 1;
    lane.lastTenant = tenant;
    return lane;
  }

  /** After a run that came to its own end. */
  giveBack(lane: Lane, isReusable: boolean): void {
    if (isReusable && lane.runs < runsMax) this.#rest(lane);
    else this.#letEnd(lane);
  }

  /** Ends the thread of a lane in the middle of a run. The host answers `ending`. */
  stop({ thread }: Lane): void {
    if (thread !== null) this.#host.tellHost({ type: 'end-thread', thread });
  }

  /** The host is ending this thread; it may stand still, and wait for a word. */
  wake(thread: number): void {
    const lane = this.#byThread.get(thread);
    if (lane !== undefined) this.#letEnd(lane);
  }

  /** A thread is over: its lane can have another. */
  gone(thread: number): void {
    const lane = this.#byThread.get(thread);
    if (lane === undefined) return;
    this.#byThread.delete(thread);
    const at = this.#idle.indexOf(lane);
    if (at !== -1) this.#idle.splice(at, 1);
    if (lane.idleTimer !== null) clearTimeout(lane.idleTimer);
    this.#empty.push(newLane(lane.number));
  }

  /** Keeps as many threads ready as were asked for, as far as there are lanes. */
  fill(): void {
    while (this.#idle.length < this.#idleMin) {
      const lane = this.#open();
      if (lane === null) return;
      this.#rest(lane);
    }
  }

  /** Sends a run, and before it what code the thread does not have. */
  send(lane: Lane, run: number, spec: ExecutionSpec, limits: Extract<LaneRequest, { type: 'run' }>['limits']): void {
    const { code, libraries = [], ...rest } = spec;
    const length = libraries.reduce((sum, library) => sum + library.code.length, code.length);
    if (lane.codeLength + length > keptCodeMax && lane.codes.size > 0) {
      lane.codes.clear();
      lane.codeLength = 0;
      this.#host.tellLane(lane.number, { type: 'forget-codes' });
    }
    const sent: SentSpec = {
      ...rest,
      code: this.#sendCode(lane, code),
      libraries: libraries.map((library) => ({ name: library.name, code: this.#sendCode(lane, library.code) })),
    };
    this.#host.tellLane(lane.number, { type: 'run', run, spec: sent, limits });
  }

  #sendCode(lane: Lane, code: string): number {
    const known = lane.codes.get(code);
    if (known !== undefined) return known;
    const number = lane.codes.size;
    lane.codes.set(code, number);
    lane.codeLength += code.length;
    this.#host.tellLane(lane.number, { type: 'code', number, code });
    return number;
  }

  #open(): Lane | null {
    const lane = this.#empty.pop();
    if (lane === undefined) return null;
    this.#lastThread += 1;
    lane.thread = this.#lastThread;
    this.#byThread.set(lane.thread, lane);
    this.#host.beginLane(lane.number, lane.thread);
    this.#host.tellHost({ type: 'open-thread', thread: lane.thread, lane: descriptorOf(lane.number) });
    return lane;
  }

  /** One that was idle for a while is ended; those that are kept are new ones, because an idle thread does not collect its garbage. */
  #rest(lane: Lane): void {
    this.#idle.push(lane);
    lane.idleTimer = setTimeout(() => {
      if (lane.runs === 0 && this.#idle.length <= this.#idleMin) return;
      this.#idle.splice(this.#idle.indexOf(lane), 1);
      this.#letEnd(lane);
      this.fill();
    }, idleMs);
    lane.idleTimer.unref();
  }

  #letEnd({ number, thread }: Lane): void {
    if (thread !== null) this.#host.tellLane(number, { type: 'end' });
  }
}

function newLane(number: number): Lane {
  return { number, thread: null, runs: 0, lastTenant: undefined, codes: new Map(), codeLength: 0, idleTimer: null };
}
