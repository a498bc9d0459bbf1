import { readFileSync } from 'node:fs';
import { prepareEngine, type EngineName } from './engines.ts';
import { readFrames, writeFrame } from './frames.ts';
import type { HostMessage, HostRequest } from './host-messages.ts';
import { frameBytesMax } from './limits.ts';
import { ThreadPool, type PooledRun } from './thread-pool.ts';

// The third wall: this process has no environment, no files but its own code, no network and no children. It speaks with the worker over
// its standard input and output, and ends when they close.
const [engine = '', wasmFile = '', idleMin = '1'] = process.argv.slice(2) as [EngineName?, string?, string?];
const prepared = await prepareEngine(engine as EngineName, Uint8Array.from(readFileSync(wasmFile)));
let pool: ThreadPool | null = null;
const runs = new Map<string, PooledRun>();
const codes = new Map<string, string>();
const outgoing: Buffer[] = [];
let isTelling = false;

process.stdin.on(
  'data',
  readFrames(
    frameBytesMax,
    (message) => receive(message as HostRequest),
    () => process.exit(2),
  ),
);
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
tell({ type: 'ready' });

function receive(request: HostRequest): void {
  if (request.type === 'open') pool = new ThreadPool(prepared, request.threadCode, Number(idleMin));
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
    log: (line) => tell({ type: 'log', id, line }),
    progress: (fraction, note) => tell({ type: 'progress', id, fraction, note }),
    turn: (isWaiting) => tell({ type: 'turn', id, isWaiting }),
    tool: (callId, name, args) => tell({ type: 'tool', id, callId, name, args }),
    end: (outcome) => {
      runs.delete(id);
      tell({ type: 'outcome', id, outcome });
    },
  });
  runs.set(id, run);
}

/** The first frame leaves at once, those that come together with it in one write after it. */
function tell(message: HostMessage): void {
  const frame = writeFrame(message);
  if (isTelling) return void outgoing.push(frame);
  isTelling = true;
  process.stdout.write(frame);
  setImmediate(() => {
    isTelling = false;
    if (outgoing.length > 0) process.stdout.write(Buffer.concat(outgoing.splice(0)));
  });
}
