import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { findEngineFiles, type EngineFiles } from './engine-files.ts';
import type { EngineName } from './engines.ts';
import { readFrames, separatorOf, writeFrame } from './frames.ts';
import type { HostMessage, HostRequest } from './host-messages.ts';
import type { LaneMessage, LaneRequest } from './lane-messages.ts';
import { frameBytesMax } from './limits.ts';
import type { Walls } from './walls.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const hostFile = join(folder, 'host.ts');

/** The host, and its lanes: pipes with a thread at the other end of each, by number. `ended` resolves when it is gone, for whatever reason. */
export type HostProcess = {
  pid: number | null;
  tellHost(message: HostRequest): void;
  /** Before anything is told to a new thread of a lane. */
  beginLane(lane: number, thread: number): void;
  tellLane(lane: number, message: LaneRequest): void;
  kill(): void;
  ended: Promise<void>;
};

export type HostEvents = {
  onHost(message: HostMessage): void;
  onLane(lane: number, message: LaneMessage): void;
  onProblem(line: string): void;
};

/** The file descriptor of a lane in the host; the lanes follow the three of every process. */
export const descriptorOf = (lane: number) => 3 + lane;

/** Starts the host inside its walls. */
export function startHost(walls: Walls, engine: EngineName, laneCount: number, events: HostEvents): HostProcess {
  const files = findEngineFiles(engine);
  const args = [...walls.prefix, process.execPath, ...permissions(files), hostFile, engine, files.wasm];
  const child = spawn(args[0] as string, args.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe', ...Array.from({ length: laneCount }, () => 'pipe' as const)],
    // https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html: threads come and go here, and each would leave what
    // it freed in an arena of its own. Elsewhere these mean nothing.
    env: { TZ: 'UTC', MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
    cwd: folder,
    // A group of its own, to end it whole: the programs that wall the host in do not take it with them once it changed its user.
    detached: true,
  });
  const kill = () => killGroup(child);
  // Its type knows of five at most, and not that there are none when this process has too many files open.
  const pipes = (child.stdio ?? []) as readonly unknown[];
  const [input, output, problems, ...lanes] = pipes as [Writable?, Readable?, Readable?, ...Duplex[]];
  // What makes no sense ends it as well: it is not believed.
  const hear = <Message>(tell: (message: Message) => void) =>
    readFrames(
      frameBytesMax,
      (message) => {
        try {
          tell(message as Message);
        } catch (error) {
          events.onProblem(`What the sandbox host said could not be heard: ${String(error)}`);
          kill();
        }
      },
      kill,
    );
  output?.on('data', hear(events.onHost));
  // Its main thread is over, and may wait for threads that stand still.
  output?.on('end', kill);
  problems?.on('data', (chunk: Buffer) => events.onProblem(chunk.toString('utf8').slice(0, 2000)));
  input?.on('error', kill);
  for (const [number, lane] of lanes.entries()) {
    lane.on(
      'data',
      hear((message: LaneMessage) => events.onLane(number, message)),
    );
    lane.on('error', kill);
  }
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      events.onProblem(`The sandbox host could not be started: ${error.message}`);
      resolve();
    });
    child.once('exit', () => {
      // What walled the host in may have died alone. The host ends when its pipes are closed: Node closes the first ones, and a thread that
      // waits in a read of its lane would hold it up.
      for (const lane of lanes) lane.destroy();
      resolve();
    });
  });
  return {
    pid: child.pid ?? null,
    tellHost: (message) => void input?.write(writeFrame(message)),
    beginLane: (lane, thread) => void lanes[lane]?.write(separatorOf(thread)),
    tellLane: (lane, message) => void lanes[lane]?.write(writeFrame(message)),
    kill,
    ended,
  };
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
