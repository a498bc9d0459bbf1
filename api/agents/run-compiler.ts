import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { agentLimits } from './limits.ts';

const always = [
  '--format=esm',
  '--target=es2023',
  '--charset=utf8',
  '--legal-comments=none',
  '--tsconfig-raw={}',
  '--log-level=error',
  '--log-limit=1',
  '--color=false',
  '--metafile=meta.json',
];

/** Runs esbuild in a folder, killed after 5 s. Answers null when it was content, else what to tell the author, who sent `names`. */
export function runCompiler(folder: string, args: string[], names: string[]): Promise<string | null> {
  const compiler = spawn(compilerProgram(), [...args, ...always], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {},
    timeout: agentLimits.compileWallMs,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve, reject) => {
    let said = '';
    compiler.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(0, 4_000)));
    compiler.on('error', reject);
    compiler.on('close', (exitCode) => resolve(exitCode === 0 ? null : complaintOf(said, names)));
  });
}

/** esbuild prints `✘ [ERROR] text`, an empty line, then `    file:line:column:` with the column counted from 0. */
function complaintOf(said: string, names: string[]): string {
  const text = /\[ERROR\] (.+)/.exec(said)?.[1];
  const [, file = '', line, column] = /^\s+(\S+):(\d+):(\d+):/m.exec(said) ?? [];
  if (text === undefined) return 'The code is too deeply nested or too large to compile. Make it simpler.';
  if (line === undefined) return `${text}. Correct it and send it again.`;
  const place = `${names.length > 1 ? `${file}, line` : 'Line'} ${line}, column ${Number(column) + 1}`;
  return `${place}: ${text}. Correct it and send it again.`;
}

function compilerProgram(): string {
  const require = createRequire(import.meta.url);
  const inEsbuild = createRequire(require.resolve('esbuild/package.json'));
  const program = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  return inEsbuild.resolve(`@esbuild/${process.platform}-${process.arch}/${program}`);
}
