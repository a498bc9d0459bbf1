import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type StartedProcess = {
  pid: number;
  /** What it has written to stdout and stderr so far. */
  output(): string;
  /** Resolves with the exit code, or null when a signal ended it. */
  exited: Promise<number | null>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

const root = join(import.meta.dirname, '../..');

/** Starts a program of the project with exactly this environment, and waits until a line of its output holds `ready`. */
export async function startProcess(
  program: string,
  env: Record<string, string>,
  ready: string,
  withinMs = 30_000,
): Promise<StartedProcess> {
  const child = spawn(process.execPath, [join(root, program)], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const { promise: exited, resolve: exit } = Promise.withResolvers<number | null>();
  const { promise: isReady, resolve, reject } = Promise.withResolvers<void>();
  const hear = (text: string) => {
    output = (output + text).slice(-200_000);
    if (output.includes(ready)) resolve();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  child.on('close', (code) => {
    exit(code);
    reject(new Error(`${program} ended (${code}) before it was ready:\n${output}`));
  });
  const timer = setTimeout(
    () => reject(new Error(`${program} was not ready within ${withinMs} ms:\n${output}`)),
    withinMs,
  );
  try {
    await isReady;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
