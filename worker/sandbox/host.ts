import { closeSync, readFileSync } from 'node:fs';
import { prepareEngine, type EngineName } from './engines.ts';
import { readFrames, writeFrame } from './frames.ts';
import type { HostMessage, HostRequest } from './host-messages.ts';
import { HostThreads } from './host-threads.ts';
import { frameBytesMax } from './limits.ts';

// The third wall: this process has no environment, no files but its own code, no network and no children. It hears of threads to open and to
// end on its standard input, ends when that closes, and has no part in what the worker and the threads say to each other.
const [engine = '', wasmFile = ''] = process.argv.slice(2) as [EngineName?, string?];
const prepared = await prepareEngine(engine as EngineName, Uint8Array.from(readFileSync(wasmFile)));
const say = (message: HostMessage) => void process.stdout.write(writeFrame(message));
let threads: HostThreads | null = null;

process.stdin.on(
  'data',
  readFrames(
    frameBytesMax,
    (message) => receive(message as HostRequest),
    () => process.exit(2),
  ),
);
process.stdin.on('end', () => process.exit(0));
// A process ends after its threads, and those that wait in a read cannot: by this the worker knows, and ends it.
process.on('exit', () => closeSync(process.stdout.fd));

function receive(request: HostRequest): void {
  if (request.type === 'open') threads = new HostThreads(prepared, request.threadCode, say);
  else if (threads === null) throw new Error('A thread was asked for before the code of the threads came');
  else if (request.type === 'open-thread') threads.open(request.thread, request.lane);
  else threads.end(request.thread);
}
