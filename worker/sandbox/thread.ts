import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { ToolAnswer } from './engine.ts';
import { openEngine } from './engines.ts';
import { isClosed, noteGoing, noteStill, noteUse, waitUntilOpen } from './gate.ts';
import type { LaneRequest, SentSpec } from './lane-messages.ts';
import type { ExecutionSpec } from './sandbox-types.ts';
import { ThreadLane } from './thread-lane.ts';
import type { ThreadData, ThreadMessage } from './thread-messages.ts';

// The second wall: one execution at a time in this thread, which the host ends when it does not listen.
const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of host.ts');
const { prepared, gate, thread, lane: descriptor } = workerData as ThreadData;
// A thread that idles does not collect its garbage: one whose guest grew past this is ended, which gives its memory back at once.
const keptBytesMax = 20 * 1024 * 1024;
const lane = new ThreadLane(descriptor, thread);
const engine = await openEngine(prepared);
const codes = new Map<number, string>();
const calls = new Map<number, (answer: ToolAnswer) => void>();
let nextCall = 1;
let isLong = false;
let isFirst = true;

const tell = (message: ThreadMessage) => port.postMessage(message);

for (;;) {
  const request = lane.next();
  if (request.type !== 'run') receive(request);
  else {
    await start(request);
    // Garbage is collected in turns of the loop, too.
    await setImmediate();
  }
}

function receive(request: Exclude<LaneRequest, { type: 'run' }>): void {
  if (request.type === 'code') codes.set(request.number, request.code);
  else if (request.type === 'forget-codes') codes.clear();
  else if (request.type === 'end') process.exit(0);
  else answerTool(request);
}

async function start({ run, spec, limits }: Extract<LaneRequest, { type: 'run' }>): Promise<void> {
  noteUse(gate, 0, 0);
  if (isFirst) lane.say({ type: 'begun', run });
  isFirst = false;
  const { outcome, isHealthy } = await engine.run(withCode(spec), limits, {
    log: (line) => lane.say({ type: 'log', run, line }),
    progress: (fraction, note) => lane.say({ type: 'progress', run, fraction, note }),
    emit: (json) => lane.say({ type: 'emit', run, json }),
    used: (cpuMs, memoryBytes) => noteUse(gate, cpuMs, memoryBytes),
    giveWay: () => giveWay(run),
    tool: (name, args, settle) => askTool(run, name, args, settle),
    nextAnswer: standStill,
  });
  calls.clear();
  const isReusable = isHealthy && outcome.memoryPeakBytes <= keptBytesMax;
  // Before the worker has the outcome: it may send the next run at once, and have it ended before it has begun.
  noteUse(gate, 0, 0);
  noteStill(gate);
  lane.say({ type: 'outcome', run, outcome: { ...outcome, logs: [] }, isReusable });
  if (isLong) tell('over');
  isLong = false;
  await engine.rest();
}

function withCode(spec: SentSpec): ExecutionSpec {
  const codeOf = (number: number) => codes.get(number) ?? '';
  const libraries = spec.libraries.map(({ name, code }) => ({ name, code: codeOf(code) }));
  return { ...spec, code: codeOf(spec.code), libraries };
}

/** Asks for a place among the long runs, and stands still in the middle of the guest's code while others have theirs. */
function giveWay(run: number): number {
  if (!isLong) tell('long');
  isLong = true;
  if (!isClosed(gate)) return 0;
  const fromMs = performance.now();
  noteStill(gate);
  lane.say({ type: 'turn', run, isWaiting: true });
  waitUntilOpen(gate);
  noteGoing(gate);
  lane.say({ type: 'turn', run, isWaiting: false });
  return performance.now() - fromMs;
}

function askTool(run: number, name: string, args: string, settle: (answer: ToolAnswer) => void): void {
  const callId = nextCall;
  nextCall += 1;
  calls.set(callId, settle);
  lane.say({ type: 'tool', run, callId, name, args });
}

/** Nothing is left to do until the worker says something: an answer, or the end. */
function standStill(): void {
  noteStill(gate);
  const request = lane.next();
  noteGoing(gate);
  if (request.type !== 'run') receive(request);
}

function answerTool({ callId, json, code }: Extract<LaneRequest, { type: 'tool-answer' }>): void {
  const settle = calls.get(callId);
  calls.delete(callId);
  settle?.(json === null ? { code: code ?? 'failed' } : { json });
}
