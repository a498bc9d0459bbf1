import { compileAgent } from '../agents/compile-agent.ts';
import { Failure } from '../platform/errors.ts';
import { compileSchema } from './score-json-schema.ts';
import { verificationLimits as limits } from './limits.ts';
import { OutOfTime, withinMs } from './within-ms.ts';
import type { MetricKind } from './metric.ts';

/**
 * Checks what a schema of fields cannot: that the pattern, JSON Schema or script of an account's metric works. Throws `invalid_value`,
 * naming the field, and `rate_limited` when too much waits to be compiled.
 */
export async function checkMetric(
  accountId: string,
  metric: { kind: MetricKind; [setting: string]: unknown },
  field: string,
): Promise<void> {
  if (metric.kind === 'regex') checkPattern(String(metric['pattern']), metric['flags'] as string | undefined, field);
  if (metric.kind === 'json_schema') checkSchema(metric['schema'], field);
  if (metric.kind === 'script') await checkScript(accountId, String(metric['source']), field);
}

/**
 * Compiles a pattern and tries it on texts that make careless patterns backtrack without end. This refuses the common ones early;
 * the others are held by the clock of `scoreRegex`, which stops every search.
 */
function checkPattern(pattern: string, flags: string | undefined, field: string): void {
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, flags);
  } catch (error) {
    throw refusal(`${field}.pattern`, `is not a valid regular expression (${reasonOf(error)}). Correct it.`);
  }
  try {
    const probes = probesFor(pattern);
    withinMs(limits.regexProbeWallMs, () => probes.filter((text) => regex.test(text)));
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    throw refusal(`${field}.pattern`, 'takes far too long on some texts. Remove repeats inside repeats, such as (a+)+');
  }
}

function checkSchema(schema: unknown, field: string): void {
  if (Buffer.byteLength(JSON.stringify(schema)) > limits.schemaBytesMax)
    throw refusal(`${field}.schema`, 'is larger than 64 KiB');
  try {
    withinMs(limits.schemaCompileWallMs, () => compileSchema(schema, true));
  } catch (error) {
    const reason = error instanceof OutOfTime ? 'it takes too long to compile' : reasonOf(error);
    throw refusal(`${field}.schema`, `is not a usable JSON Schema (${reason})`);
  }
}

/** A script is compiled as an agent is: in a process of its own, because hostile source can take a compiler down. */
async function checkScript(accountId: string, source: string, field: string): Promise<void> {
  if (Buffer.byteLength(source) > limits.scriptBytesMax) throw refusal(`${field}.source`, 'is larger than 64 KiB');
  try {
    await compileAgent(accountId, source, 'js');
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'rate_limited') throw error;
    const problem = error.message.includes('default export')
      ? 'has no default export. Write: export default function score({ input, output, expected }) { … }'
      : `does not compile. ${error.message}`;
    throw refusal(`${field}.source`, problem);
  }
}

/** Long runs of each character the pattern speaks of, and of its neighbours in pairs, with an end that cannot match. */
function probesFor(pattern: string): string[] {
  const letters = [...new Set(`a0 _-,.${pattern.replace(/[\\^$*+?()[\]{}|]/g, '')}`)].slice(0, 24);
  const pairs = letters.slice(0, -1).map((letter, index) => letter + (letters[index + 1] ?? ''));
  return [...letters, ...pairs].map((unit) => `${unit.repeat(2_000)}\u0001!`);
}

function refusal(field: string, problem: string): Failure {
  const end = /[.!?)}]$/.test(problem) ? '' : '.';
  return new Failure('invalid_value', `${field} ${problem}${end}`, { errors: [{ field, message: problem }] });
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 300);
}
