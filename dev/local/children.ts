import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Children = {
  /** Starts a process of Quarry and waits until it is ready, or throws with the end of its log. */
  start(name: string, file: string, env: Record<string, string>): Promise<void>;
  /** Asks all to stop, newest first, and waits; those that do not in 15 s are ended. */
  stop(): Promise<void>;
};

const root = join(import.meta.dirname, '../..');
const readyMs = 30_000;
const stopMs = 15_000;

/** Runs Quarry's own processes as in production, each alone, with its log in `logDirectory`; one that dies later is told through `onDeath`. */
export function openChildren(logDirectory: string, onDeath: (name: string, code: number | null) => void): Children {
  mkdirSync(logDirectory, { recursive: true });
  const running: { name: string; child: ChildProcess; ended: Promise<void> }[] = [];
  let stopping = false;

  return {
    async start(name, file, env) {
      const log = join(logDirectory, `${name}.log`);
      const descriptor = openSync(log, 'w');
      // The fourth channel tells the child when this process is gone, however it ended.
      const child = spawn(process.execPath, [file], {
        cwd: root,
        env,
        stdio: ['ignore', descriptor, descriptor, 'ipc'],
      });
      closeSync(descriptor);
      let isReady = false;
      const ended = new Promise<void>((resolve) => {
        child.once('exit', (code) => {
          resolve();
          if (!stopping && isReady) onDeath(name, code);
        });
      });
      running.push({ name, child, ended });
      const ready = new Promise<void>((resolve) =>
        child.once('message', (message) => message === 'ready' && resolve()),
      );
      isReady = await Promise.race([ready.then(() => true), ended.then(() => false), timeOut(readyMs)]);
      if (!isReady) throw new Error(`The ${name} did not start. ${lastProblem(log)} Its log is ${log}.`);
    },
    async stop() {
      stopping = true;
      for (const { child } of running.toReversed()) child.kill('SIGTERM');
      const timer = setTimeout(() => running.forEach(({ child }) => child.kill('SIGKILL')), stopMs);
      await Promise.all(running.map(({ ended }) => ended));
      clearTimeout(timer);
    },
  };
}

function timeOut(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}

/** The last sentence of an error in a log: the message of a thrown Error, or of a JSON log line. */
function lastProblem(log: string): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const thrown = lines.findLast((line) => /^(\w*Error|Error): /.test(line));
  if (thrown !== undefined) return thrown.replace(/^\w*Error: /, '');
  return lines.at(-1)?.slice(0, 300) ?? '';
}
