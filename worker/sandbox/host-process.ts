import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { findEngineFiles, type EngineFiles } from './engine-files.ts';
import type { EngineName } from './engines.ts';
import { readFrames, writeFrame } from './frames.ts';
import type { HostMessage, HostRequest } from './host-messages.ts';
import { frameBytesMax } from './limits.ts';
import type { Walls } from './walls.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const hostFile = join(folder, 'host.ts');

export type HostProcess = { pid: number | null; send(message: HostRequest): void; kill(): void; ended: Promise<void> };

/** Starts the host inside its walls. `onMessage` gets what it says; `ended` resolves when it is gone, for whatever reason. */
export function startHost(
  walls: Walls,
  engine: EngineName,
  idleThreads: number,
  onMessage: (message: HostMessage) => void,
  onProblem: (line: string) => void,
): HostProcess {
  const files = findEngineFiles(engine);
  const args = [
    ...walls.prefix,
    process.execPath,
    ...permissions(files),
    hostFile,
    engine,
    files.wasm,
    String(idleThreads),
  ];
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(args[0] as string, args.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    // https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html: threads come and go here, and each would leave what
    // it freed in an arena of its own. Elsewhere these mean nothing.
    env: { TZ: 'UTC', MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
    cwd: folder,
    // A group of its own, to end it whole: the programs that wall the host in do not take it with them once it changed its user.
    detached: true,
  });
  const kill = () => killGroup(child);
  child.stdout.on(
    'data',
    readFrames(frameBytesMax, (message) => onMessage(message as HostMessage), kill),
  );
  child.stderr.on('data', (chunk: Buffer) => onProblem(chunk.toString('utf8').slice(0, 2000)));
  child.stdin.on('error', kill);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  return { pid: child.pid ?? null, send: (message) => void child.stdin.write(writeFrame(message)), kill, ended };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** The file that must be readable inside the walls. */
export const probeFile = hostFile;

/** https://nodejs.org/api/permissions.html: read the code of this folder and of the engine, make threads, nothing else. */
export function permissions(engine: EngineFiles): string[] {
  const readable = [folder, join(folder, '../../package.json'), ...engine.folders];
  return [
    '--permission',
    '--allow-worker',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disable-warning=SecurityWarning',
    '--max-old-space-size=512',
    '--no-deprecation',
  ];
}
