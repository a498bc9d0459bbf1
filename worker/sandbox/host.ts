import { readFileSync } from 'node:fs';
import { prepareEngine, type EngineName } from './engines.ts';
import { readFrames } from './frames.ts';
import type { HostRequest } from './host-messages.ts';
import { frameBytesMax } from './limits.ts';
import { ThreadPool, type PooledRun } from './thread-pool.ts';
import { MainVoice } from './voice.ts';

// The third wall: this process has no environment, no files but its own code, no network and no children. It speaks with the worker over
// its standard input and output, and ends when they close.
const [engine = '', wasmFile = '', idleMin = '1'] = process.argv.slice(2) as [EngineName?, string?, string?];
const prepared = await prepareEngine(engine as EngineName, Uint8Array.from(readFileSync(wasmFile)));
let pool: ThreadPool | null = null;
const runs = new Map<string, PooledRun>();
const codes = new Map<string, string>();
const voice = new MainVoice();

process.stdin.on(
  'data',
  readFrames(
    frameBytesMax,
    (message) => receive(message as HostRequest),
    () => process.exit(2),
  ),
);
process.stdin.on('end', () => process.exit(0));
voice.say({ type: 'ready' });

function receive(request: HostRequest): void {
  if (request.type === 'open') pool = new ThreadPool(prepared, request.threadCode, Number(idleMin), voice);
  else if (request.type === 'code') codes.set(request.hash, request.code);
  else if (request.type === 'forget-codes') codes.clear();
  else if (request.type === 'run') start(request);
  else if (request.type === 'cancel') runs.get(request.id)?.cancel();
  else runs.get(request.id)?.answerTool(request.callId, request.json, request.code);
}

function start({ spec, limits }: Extract<HostRequest, { type: 'run' }>): void {
  const { id } = spec;
  const codeOf = (hash: string) => codes.get(hash) ?? '';
  const libraries = spec.libraries.map(({ name, codeHash }) => ({ name, code: codeOf(codeHash) }));
  if (pool === null) throw new Error('A run came before the code of the threads');
  const run = pool.run({ ...spec, code: codeOf(spec.codeHash), libraries }, limits, {
    turn: (isWaiting) => voice.say({ type: 'turn', id, isWaiting }),
    end: (outcome) => {
      runs.delete(id);
      if (outcome !== null) voice.say({ type: 'outcome', id, outcome });
    },
  });
  runs.set(id, run);
}
