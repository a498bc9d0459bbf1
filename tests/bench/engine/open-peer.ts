import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { OpenContender } from './contender.ts';
import type { PeerKind, PeerMessage, PeerRequest } from './peer-engine.ts';

const idleThreads = 2;
const wasmFile = createRequire(import.meta.resolve('quickjs-emscripten')).resolve(
  '@jitl/quickjs-wasmfile-release-sync/wasm',
);

/** A plain pool of worker threads around an engine, one run each, started when needed, two kept ready; a stopped run loses its thread. */
export async function openPeer(kind: PeerKind, threadsMax: number): Promise<OpenContender> {
  const wasmModule = await WebAssembly.compile(await readFile(wasmFile));
  const threads = new Set<Worker>();
  const idle: Worker[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  const open = () => {
    const thread = new Worker(new URL('./peer-thread.ts', import.meta.url), {
      workerData: { kind, wasmModule },
      env: {},
      resourceLimits: { stackSizeMb: 32 },
    });
    threads.add(thread);
    return thread;
  };
  for (let count = 0; count < idleThreads; count += 1) idle.push(open());
  return {
    async run(guest, onTool, signal) {
      if (busy >= threadsMax) await new Promise<void>((resolve) => waiting.push(resolve));
      busy += 1;
      const thread = idle.pop() ?? open();
      try {
        const output = await runOn(thread, { type: 'run', guest }, onTool ?? (async (args) => args), signal);
        idle.push(thread);
        return output;
      } catch (error) {
        threads.delete(thread);
        throw error;
      } finally {
        busy -= 1;
        waiting.shift()?.();
      }
    },
    residentBytes: async () => process.memoryUsage.rss(),
    async close() {
      await Promise.all([...threads].map((thread) => thread.terminate()));
    },
  };
}

function runOn(
  thread: Worker,
  request: PeerRequest,
  onTool: (args: string) => Promise<string>,
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      thread.off('message', receive).off('error', fail);
      signal?.removeEventListener('abort', stop);
      end();
    };
    const fail = (error: Error) => settle(() => reject(error));
    // As the sandbox does it: the answer does not wait until the thread is gone.
    const stop = () => {
      void thread.terminate();
      fail(new Error('The run was stopped'));
    };
    const receive = (message: PeerMessage) => {
      if (message.type === 'done') settle(() => resolve(message.output));
      else if (message.type === 'failed') fail(new Error(message.message));
      else void onTool(message.args).then((json) => thread.postMessage({ type: 'answer', json } satisfies PeerRequest));
    };
    thread.on('message', receive).on('error', fail);
    signal?.addEventListener('abort', stop, { once: true });
    thread.postMessage(request);
  });
}
