import { parentPort, workerData } from 'node:worker_threads';
import { openEngine, type PreparedEngine } from './engines.ts';
import type { ThreadMessage, ThreadRequest } from './sandbox-types.ts';

// The second wall: one execution at a time in this thread, which the host ends when it does not listen.
const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of host.ts');
const { prepared, gate } = workerData as { prepared: PreparedEngine; gate: Int32Array<SharedArrayBuffer> };
const engine = await openEngine(prepared);
const calls = new Map<number, { resolve(json: string): void; reject(error: Error): void }>();
let nextCall = 1;
let isLong = false;

const tell = (message: ThreadMessage) => port.postMessage(message);

port.on('message', (request: ThreadRequest) => {
  if (request.type === 'tool-answer') answerTool(request);
  else void run(request);
});

async function run({ spec, limits }: Extract<ThreadRequest, { type: 'run' }>): Promise<void> {
  isLong = false;
  const { outcome, isHealthy } = await engine.run(spec, limits, {
    log: (line) => tell({ type: 'log', line }),
    progress: (fraction, note) => tell({ type: 'progress', fraction, note }),
    emit: (json) => tell({ type: 'emit', json }),
    used: (memoryBytes) => Atomics.store(gate, 1, Math.round(memoryBytes / 1024)),
    giveWay,
    tool: (name, args) => askTool(name, args),
  });
  calls.clear();
  tell({ type: 'outcome', outcome: { ...outcome, logs: [] }, isHealthy });
}

/** Asks for a place among the long runs, and stands still in the middle of the guest's code while others have theirs. */
function giveWay(): number {
  if (!isLong) tell({ type: 'long' });
  isLong = true;
  if (Atomics.load(gate, 0) === 0) return 0;
  const fromMs = performance.now();
  tell({ type: 'turn', isWaiting: true });
  Atomics.wait(gate, 0, 1);
  tell({ type: 'turn', isWaiting: false });
  return performance.now() - fromMs;
}

function askTool(name: string, args: string): Promise<string> {
  const callId = nextCall;
  nextCall += 1;
  tell({ type: 'tool', callId, name, args });
  return new Promise((resolve, reject) => calls.set(callId, { resolve, reject }));
}

function answerTool({ callId, json, code }: Extract<ThreadRequest, { type: 'tool-answer' }>): void {
  const call = calls.get(callId);
  calls.delete(callId);
  if (json !== null) call?.resolve(json);
  else call?.reject(new Error(code ?? 'failed'));
}
