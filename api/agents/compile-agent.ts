import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { Failure } from '../platform/errors.ts';
import type { SourceLanguage } from './agent-version.ts';
import { checkSource } from './check-source.ts';
import { agentLimits } from './limits.ts';

let last: Promise<unknown> = Promise.resolve();

/**
 * Turns an author's source into the ES module the sandbox runs: types stripped, nothing else changed. Throws `invalid_value` with the
 * line and column of a mistake, without a default export or with an import. One compiler at a time, each a process of its own that is
 * killed after 5 s: hostile nesting makes esbuild take a gigabyte, minutes, or its whole service down with it.
 */
export async function compileAgent(source: string, language: SourceLanguage): Promise<string> {
  checkSource(source);
  const result = last.then(() => compile(source, language));
  last = result.catch(() => undefined);
  return result;
}

async function compile(source: string, language: SourceLanguage): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'quarry-compile-'));
  try {
    await writeFile(join(directory, `agent.${language}`), source);
    const complaint = await runCompiler(directory, language);
    if (complaint !== null) throw refused(complaint);
    const meta = JSON.parse(await readFile(join(directory, 'meta.json'), 'utf8')) as Metafile;
    const shape = shapeFault(meta);
    if (shape !== null) throw refused(shape);
    const code = await readFile(join(directory, 'compiled.js'), 'utf8');
    if (Buffer.byteLength(code) > agentLimits.codeBytesMax * 2)
      throw refused('The compiled code is too large. Shorten the source.');
    return code;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Answers null when the compiler was content, else what to tell the author. */
function runCompiler(directory: string, language: SourceLanguage): Promise<string | null> {
  const compiler = spawn(
    compilerProgram(),
    [
      `agent.${language}`,
      '--format=esm',
      '--target=es2023',
      '--charset=utf8',
      '--legal-comments=none',
      '--tsconfig-raw={}',
      '--log-level=error',
      '--log-limit=1',
      '--color=false',
      '--outfile=compiled.js',
      '--metafile=meta.json',
    ],
    {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {},
      timeout: agentLimits.compileWallMs,
      killSignal: 'SIGKILL',
    },
  );
  return new Promise((resolve, reject) => {
    let said = '';
    compiler.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(0, 4_000)));
    compiler.on('error', reject);
    compiler.on('close', (exitCode) => resolve(exitCode === 0 ? null : complaintOf(said)));
  });
}

/** esbuild prints `✘ [ERROR] text`, an empty line, then `    agent.ts:line:column:` with the column counted from 0. */
function complaintOf(said: string): string {
  const text = /\[ERROR\] (.+)/.exec(said)?.[1];
  const place = /^\s+agent\.[jt]s:(\d+):(\d+):/m.exec(said);
  if (text === undefined) return 'The code is too deeply nested or too large to compile. Make it simpler.';
  if (place === null) return `${text}. Correct it and send it again.`;
  return `Line ${place[1]}, column ${Number(place[2]) + 1}: ${text}. Correct it and send it again.`;
}

function shapeFault(meta: Metafile): string | null {
  const [input] = Object.values(meta.inputs);
  const [output] = Object.values(meta.outputs);
  const [wanted] = (output?.imports ?? []).filter(
    (one) => one.kind === 'import-statement' || one.kind === 'dynamic-import',
  );
  if (wanted !== undefined) {
    return `The code imports "${wanted.path}", but an agent is one file and has no modules to import. Put what it needs into the file.`;
  }
  if (input?.format !== 'esm' || !output?.exports.includes('default')) {
    return 'The code has no default export. Write "export default async function run(input) { … }".';
  }
  return null;
}

function compilerProgram(): string {
  const require = createRequire(import.meta.url);
  const inEsbuild = createRequire(require.resolve('esbuild/package.json'));
  const program = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  return inEsbuild.resolve(`@esbuild/${process.platform}-${process.arch}/${program}`);
}

function refused(sentence: string): Failure {
  return new Failure('invalid_value', sentence);
}
