import { parentPort, workerData } from 'node:worker_threads';
import { openEngine } from './engines.ts';
import { isClosed, markReady, noteMemory, waitUntilOpen } from './gate.ts';
import type { ThreadData, ThreadMessage, ThreadRequest } from './thread-messages.ts';
import { ThreadVoice } from './voice.ts';

// The second wall: one execution at a time in this thread, which the host ends when it does not listen.
const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of host.ts');
const { prepared, gate, turn, number } = workerData as ThreadData;
const engine = await openEngine(prepared);
const voice = new ThreadVoice(turn, number, gate);
// An idle thread does not collect its garbage: one whose guest grew past this is ended, which gives its memory back at once.
const keptBytesMax = 20 * 1024 * 1024;
const calls = new Map<number, { resolve(json: string): void; reject(error: Error): void }>();
let nextCall = 1;
let isLong = false;

const tell = (message: ThreadMessage) => port.postMessage(message);

port.on('message', (request: ThreadRequest) => {
  if (request.type === 'tool-answer') answerTool(request);
  else void start(request);
});

async function start({ run, spec, limits }: Extract<ThreadRequest, { type: 'run' }>): Promise<void> {
  const { id } = spec;
  isLong = false;
  const { outcome, isHealthy } = await engine.run(spec, limits, {
    log: (line) => voice.say({ type: 'log', id, line }),
    progress: (fraction, note) => voice.say({ type: 'progress', id, fraction, note }),
    emit: (json) => tell({ type: 'emit', run, json }),
    used: (memoryBytes) => noteMemory(gate, memoryBytes),
    giveWay: () => giveWay(run),
    tool: (name, args) => askTool(id, name, args),
  });
  calls.clear();
  const isReusable = isHealthy && outcome.memoryPeakBytes <= keptBytesMax;
  // Before the worker has the outcome, because it may send the next run at once.
  if (isReusable) markReady(gate);
  voice.say({ type: 'outcome', id, outcome: { ...outcome, logs: [] } });
  tell({ type: 'ended', run, isReusable });
}

/** Asks for a place among the long runs, and stands still in the middle of the guest's code while others have theirs. */
function giveWay(run: number): number {
  if (!isLong) tell({ type: 'long', run });
  isLong = true;
  if (!isClosed(gate)) return 0;
  const fromMs = performance.now();
  tell({ type: 'turn', run, isWaiting: true });
  waitUntilOpen(gate);
  tell({ type: 'turn', run, isWaiting: false });
  return performance.now() - fromMs;
}

function askTool(id: string, name: string, args: string): Promise<string> {
  const callId = nextCall;
  nextCall += 1;
  voice.say({ type: 'tool', id, callId, name, args });
  return new Promise((resolve, reject) => calls.set(callId, { resolve, reject }));
}

function answerTool({ callId, json, code }: Extract<ThreadRequest, { type: 'tool-answer' }>): void {
  const call = calls.get(callId);
  calls.delete(callId);
  if (json !== null) call?.resolve(json);
  else call?.reject(new Error(code ?? 'failed'));
}
