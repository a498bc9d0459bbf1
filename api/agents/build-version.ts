import { createHash } from 'node:crypto';
import { Failure } from '../platform/errors.ts';
import type { AgentKind } from './agent-upload.ts';
import type { AgentVersion, SourceLanguage } from './agent-version.ts';
import { compileAgent, compileFiles } from './compile-agent.ts';
import { compileManifest, readManifest } from './manifest/compile-manifest.ts';
import { fillInTemplate } from './templates/fill-in-template.ts';

/** What an author sends as one version of an agent: code in one file or several, a manifest, or a form filled in. */
export type SentVersion = {
  language?: SourceLanguage | undefined;
  source?: string | undefined;
  files?: Record<string, string> | undefined;
  entry?: string | undefined;
  manifest?: unknown;
  form?: { template: string; answers: unknown } | undefined;
};

export type BuiltVersion = Pick<AgentVersion, 'language' | 'source' | 'files' | 'form' | 'code' | 'contentHash'>;

const wanted: Record<AgentKind, string> = {
  full_code:
    'An agent of kind full_code comes as "source", the text of an ES module, or as "files" with an "entry". Steps are sent with kind low_code, a form with no_code.',
  low_code: 'An agent of kind low_code comes as "manifest", steps of quarry.agent/v1.',
  no_code: 'An agent of kind no_code comes as "form", a template with its answers, or as the "manifest" made from one.',
};

/**
 * Compiles what an account sent for an agent of this kind. Throws `invalid_value` and `too_large` with the place of the mistake, and
 * `rate_limited` when too much waits to be compiled.
 */
export async function buildVersion(accountId: string, kind: AgentKind, sent: SentVersion): Promise<BuiltVersion> {
  const given = (['source', 'files', 'manifest', 'form'] as const).filter((name) => sent[name] !== undefined);
  const [only] = given;
  const fits = kind === 'full_code' ? ['source', 'files'] : kind === 'low_code' ? ['manifest'] : ['manifest', 'form'];
  if (given.length !== 1 || only === undefined || !fits.includes(only))
    throw new Failure('invalid_value', wanted[kind]);
  if (sent.source !== undefined) return buildSource(accountId, sent.source, sent.language ?? 'js');
  if (sent.files !== undefined) return buildFiles(accountId, sent.files, sent.entry);
  if (sent.form !== undefined) return buildManifest(accountId, fillInTemplate(sent.form), sent.form);
  return buildManifest(accountId, sent.manifest, null);
}

async function buildSource(accountId: string, source: string, language: SourceLanguage): Promise<BuiltVersion> {
  const code = await compileAgent(accountId, source, language);
  return { language, source, files: null, form: null, code, contentHash: sha256(source) };
}

async function buildFiles(
  accountId: string,
  files: Record<string, string>,
  entry = defaultEntry(files),
): Promise<BuiltVersion> {
  const code = await compileFiles(accountId, { entry, files });
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    language: entry.endsWith('.ts') ? 'ts' : 'js',
    source: files[entry] ?? '',
    files: { entry, files: sorted },
    form: null,
    code,
    contentHash: sha256(JSON.stringify({ entry, files: sorted })),
  };
}

async function buildManifest(accountId: string, value: unknown, form: BuiltVersion['form']): Promise<BuiltVersion> {
  const manifest = readManifest(value);
  const source = JSON.stringify(manifest, null, 2);
  const code = compileManifest(manifest);
  // What our compiler wrote must be as good as what an author writes.
  await compileAgent(accountId, code, 'js');
  return { language: 'manifest', source, files: null, form, code, contentHash: sha256(source) };
}

function defaultEntry(files: Record<string, string>): string {
  return ['main.ts', 'main.js', 'index.ts', 'index.js'].find((name) => Object.hasOwn(files, name)) ?? 'main.ts';
}

/** SHA-256 of UTF-8 bytes: for one file, what `sha256sum` says of it. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
