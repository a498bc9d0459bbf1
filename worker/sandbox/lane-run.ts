import { checkOutcome } from './check-outcome.ts';
import { checkOutput } from './check-output.ts';
import type { HostProcess } from './host-process.ts';
import type { LaneMessage } from './lane-messages.ts';
import type { Lane, Lanes } from './lanes.ts';
import { frameBytesMax, hostGraceMs, threadStartMsMax, wallGraceMs, type Limits } from './limits.ts';
import type { ExecutionSpec, LogLine, Outcome, SandboxEvents } from './sandbox-types.ts';
import { stoppedOutcome } from './stopped-outcome.ts';
import { Stopwatch } from './stopwatch.ts';

export type Host = { process: HostProcess; lanes: Lanes };

/** A run that somebody asked for. `end` is called exactly once. */
export type WantedRun = {
  spec: ExecutionSpec;
  limits: Limits;
  events: SandboxEvents;
  signal: AbortSignal | undefined;
  end(outcome: Outcome): void;
};

type StopStatus = 'LIMIT_WALL' | 'CANCELLED' | 'HOST_FAULT';

/** One execution on its lane, as the worker sees it: keeps its clock, its logs and its partial output, and answers its tools. */
export class LaneRun {
  readonly host: Host;
  readonly lane: Lane;
  readonly #wanted: WantedRun;
  readonly #cancel = () => this.#stop('CANCELLED');
  #clock: Stopwatch;
  readonly #logs: LogLine[] = [];
  #logBytes = 0;
  #partial: string | null = null;
  #toolCalls = 0;
  /** Why the host was told to end it, if it was, and until when that has to be done. */
  #stopping: { status: StopStatus; guard: NodeJS.Timeout } | null = null;
  #isEnded = false;

  constructor(number: number, host: Host, lane: Lane, wanted: WantedRun) {
    this.host = host;
    this.lane = lane;
    this.#wanted = wanted;
    host.lanes.send(lane, number, wanted.spec, wanted.limits);
    const isFirst = lane.runs === 1;
    this.#clock = isFirst ? new Stopwatch(threadStartMsMax, () => this.#stop('HOST_FAULT')) : this.#openClock();
    wanted.signal?.addEventListener('abort', this.#cancel, { once: true });
  }

  receive(message: LaneMessage): void {
    const { events } = this.#wanted;
    if (message.type === 'begun') this.#begin();
    else if (message.type === 'log') this.#keepLog(message.line);
    else if (message.type === 'progress') events.onProgress?.(message.fraction, message.note);
    else if (message.type === 'emit') this.#partial = message.json;
    else if (message.type === 'turn') this.#turn(message.isWaiting);
    else if (message.type === 'tool') void this.#callTool(message);
    else this.#finish(message);
  }

  /** The host ends its thread. */
  stopped(cpuMs: number, memoryPeakBytes: number): void {
    const wallMs = this.#clock.elapsedMs;
    const used = { wallMs, cpuMs: Math.min(cpuMs, wallMs), memoryPeakBytes, toolCalls: this.#toolCalls };
    this.#end(stoppedOutcome(this.#stopping?.status ?? 'HOST_FAULT', this.#wanted.limits, used));
  }

  /** Its thread is gone: by itself, or before the host could say what was used. */
  lost(message: string): void {
    if (this.#stopping !== null) return this.stopped(0, 0);
    this.#end(stoppedOutcome('HOST_FAULT', this.#wanted.limits, { error: { code: 'HOST_FAULT', message } }));
  }

  /** The whole host is gone. */
  faulted(): void {
    this.#end(stoppedOutcome('HOST_FAULT', this.#wanted.limits));
  }

  #openClock(): Stopwatch {
    return new Stopwatch(this.#wanted.limits.wallMs + wallGraceMs, () => this.#stop('LIMIT_WALL'));
  }

  /** What starting a thread took is not the run's. */
  #begin(): void {
    if (this.#stopping !== null) return;
    this.#clock.stop();
    this.#clock = this.#openClock();
  }

  #turn(isWaiting: boolean): void {
    if (isWaiting) this.#clock.stop();
    else if (this.#stopping === null) this.#clock.goOn();
  }

  /** A host that does not end a thread when it is told to is taken for dead, with everything in it. */
  #stop(status: StopStatus): void {
    if (this.#stopping !== null || this.#isEnded) return;
    this.#clock.stop();
    this.host.lanes.stop(this.lane);
    this.#stopping = { status, guard: setTimeout(() => this.host.process.kill(), hostGraceMs) };
  }

  #finish({ outcome, isReusable }: Extract<LaneMessage, { type: 'outcome' }>): void {
    const checked = checkOutcome(outcome, this.#wanted.limits);
    if (this.#stopping === null) this.host.lanes.giveBack(this.lane, isReusable);
    this.#end(checked);
  }

  #end(outcome: Outcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#clock.stop();
    clearTimeout(this.#stopping?.guard);
    this.#wanted.signal?.removeEventListener('abort', this.#cancel);
    const partial = outcome.partial ?? this.#partial;
    const isGood = partial !== null && checkOutput(partial, this.#wanted.limits) === 'OK';
    this.#wanted.end({ ...outcome, logs: this.#logs, partial: isGood ? partial : null });
  }

  async #callTool({ callId, name, args }: Extract<LaneMessage, { type: 'tool' }>): Promise<void> {
    this.#toolCalls += 1;
    const { spec, events } = this.#wanted;
    const isApproved = spec.tools?.includes(name) === true;
    let answer: { json: string | null; code: string | null };
    try {
      if (events.onTool === undefined || !isApproved) throw new Error('tool_denied');
      const json = await events.onTool({ name, args });
      if (!fitsFrame(json)) throw new Error('too_large');
      answer = { json, code: null };
    } catch (error) {
      answer = {
        json: null,
        code: error instanceof Error && /^[a-z_]{1,40}$/.test(error.message) ? error.message : 'failed',
      };
    }
    if (!this.#isEnded) this.host.process.tellLane(this.lane.number, { type: 'tool-answer', callId, ...answer });
  }

  #keepLog(line: LogLine): void {
    const { limits, events } = this.#wanted;
    this.#logBytes += line.message.length;
    if (this.#logBytes > limits.logBytesMax * 2 || this.#logs.length >= limits.logLinesMax) return;
    this.#logs.push(line);
    events.onLog?.(line);
  }
}

/** Text grows when it is quoted for the frame, up to six times; the host would take a frame that is too long for a lie and end. */
function fitsFrame(json: string): boolean {
  const margin = 1_024;
  return json.length * 6 + margin < frameBytesMax || Buffer.byteLength(JSON.stringify(json)) + margin < frameBytesMax;
}
