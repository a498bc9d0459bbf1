import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { Failure } from '../platform/errors.ts';
import type { SourceLanguage } from './agent-version.ts';
import { checkFiles } from './check-files.ts';
import { checkSource } from './check-source.ts';
import { openTurns } from './compile-turns.ts';
import { findUploaded } from './find-uploaded.ts';
import { agentLimits } from './limits.ts';
import { runCompiler } from './run-compiler.ts';

/** Files by name, and which of them exports the agent. */
export type SourceFiles = { entry: string; files: Record<string, string> };

const inTurn = openTurns(agentLimits);

/**
 * Turns an author's source into the ES module the sandbox runs: types stripped, nothing else changed. Throws `invalid_value` with the
 * line and column of a mistake, without a default export or with an import, and `rate_limited` when too many wait. One compiler at a time,
 * accounts in turn, each a process of its own that is killed after 5 s: hostile nesting makes esbuild take a gigabyte, minutes, or its
 * whole service down with it.
 */
export async function compileAgent(accountId: string, source: string, language: SourceLanguage): Promise<string> {
  checkSource(source);
  const file = `agent.${language}`;
  return inTurn(accountId, () => inFolder({ [file]: source }, (folder) => compileOne(folder, file)));
}

/** Several files into one module: each may import the others by relative path, and nothing else. Throws as `compileAgent`. */
export async function compileFiles(accountId: string, upload: SourceFiles): Promise<string> {
  checkFiles(upload);
  return inTurn(accountId, () => inFolder(upload.files, (folder) => bundle(folder, upload)));
}

async function inFolder(files: Record<string, string>, compile: (folder: string) => Promise<string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quarry-compile-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return await compile(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compileOne(folder: string, file: string): Promise<string> {
  const complaint = await runCompiler(folder, [file, '--outfile=compiled.js'], [file]);
  if (complaint !== null) throw refused((await isTypeScript(folder, file, complaint)) ? asTypeScript : complaint);
  const meta = await readMeta(folder);
  const [output] = Object.values(meta.outputs);
  const [wanted] = (output?.imports ?? []).filter(
    (one) => one.kind === 'import-statement' || one.kind === 'dynamic-import',
  );
  if (wanted !== undefined) {
    throw refused(
      `The code imports "${wanted.path}", but an agent of one file has no modules to import. Put what it needs into the file, or send several files.`,
    );
  }
  return compiled(folder, meta, file);
}

const asTypeScript = 'The code is TypeScript, but was sent as JavaScript. Send it with language "ts".';

/** Whether what was refused as JavaScript, at a place in it, would do as TypeScript. */
async function isTypeScript(folder: string, file: string, complaint: string): Promise<boolean> {
  if (!file.endsWith('.js') || !complaint.startsWith('Line ')) return false;
  return (await runCompiler(folder, [file, '--loader:.js=ts', '--outfile=compiled.js'], [file])) === null;
}

/** Imports are checked before anything is bundled, and what was bundled after: the compiler must read no file but the author's. */
async function bundle(folder: string, { entry, files }: SourceFiles): Promise<string> {
  const names = Object.keys(files);
  const scripts = names.filter((name) => /\.[jt]s$/.test(name));
  const checked = await compile(folder, [...scripts, '--outdir=checked', '--outbase=.'], names);
  for (const { entryPoint = '', imports } of Object.values(checked.outputs)) {
    const foreign = imports.find((one) => findUploaded(names, entryPoint, one.path) === null);
    if (foreign !== undefined) {
      throw refused(
        `${entryPoint} imports "${foreign.path}", which is not among the files. Send it too, or bundle it into one of them.`,
      );
    }
  }
  // Every mistake of the author's own is known by now. What the compiler still says is of files it was led to: it is not repeated.
  const complaint = await runCompiler(
    folder,
    [entry, '--bundle', '--platform=neutral', '--outfile=compiled.js'],
    names,
  );
  const meta = complaint === null ? await readMeta(folder) : null;
  if (meta === null || Object.keys(meta.inputs).some((name) => !names.includes(name))) {
    throw refused('The code imports by a computed path. Write the path of each import out, to files you send.');
  }
  return compiled(folder, meta, entry);
}

async function compile(folder: string, args: string[], names: string[]): Promise<Metafile> {
  const complaint = await runCompiler(folder, args, names);
  if (complaint !== null) throw refused(complaint);
  return readMeta(folder);
}

async function readMeta(folder: string): Promise<Metafile> {
  return JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')) as Metafile;
}

async function compiled(folder: string, meta: Metafile, entry: string): Promise<string> {
  const [output] = Object.values(meta.outputs);
  if (meta.inputs[entry]?.format !== 'esm' || !output?.exports.includes('default')) {
    throw refused('The code has no default export. Write "export default async function run(input) { … }".');
  }
  const code = await readFile(join(folder, 'compiled.js'), 'utf8');
  if (Buffer.byteLength(code) > agentLimits.codeBytesMax * 2)
    throw refused('The compiled code is too large. Shorten the source.');
  return code;
}

function refused(sentence: string): Failure {
  return new Failure('invalid_value', sentence);
}
