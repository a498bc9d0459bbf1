import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { verificationLimits as limits } from './limits.ts';
import { OutOfTime, withinMs } from './within-ms.ts';

const draft07 = 'http://json-schema.org/draft-07/schema';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';
const compiledMax = 50;
const compiled = new Map<string, ValidateFunction>();

/** 1 when the output fits the schema (JSON Schema 2020-12, or draft-07 when `$schema` says so), else 0 with the keyword that fails. */
export function scoreJsonSchema(settings: { schema: unknown }, output: unknown): { score: number; reason: string } {
  const validate = keepCompiled(settings.schema);
  try {
    if (withinMs(limits.schemaWallMs, () => validate(output))) return { score: 1, reason: 'fits the schema' };
  } catch (error) {
    // A recursive schema can exhaust the stack on a deep output; that output does not fit.
    if (!(error instanceof OutOfTime) && !(error instanceof RangeError)) throw error;
    return { score: 0, reason: 'could not be checked against the schema in time' };
  }
  // The place of the error is left out: its keys come from the output, which may repeat a private input.
  return { score: 0, reason: `does not fit the schema: ${validate.errors?.[0]?.message ?? 'unknown reason'}` };
}

/**
 * Compiles a schema. Throws an Error with the reason when it is no valid, self-contained schema. `format` is an annotation, as
 * 2020-12 has it by default, and `check` (at posting) also tests the schema against its own meta-schema.
 */
export function compileSchema(schema: unknown, check: boolean): ValidateFunction {
  const options = {
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    validateFormats: false,
    validateSchema: check,
    logger: false,
  } as const;
  const version = versionOf(schema);
  if (version !== undefined && version !== draft07 && version !== draft2020) {
    throw new Error(`"$schema" must be ${draft2020} or ${draft07}#`);
  }
  const ajv = version === draft07 ? new Ajv(options) : new Ajv2020(options);
  const validate = ajv.compile(schema as object);
  if ('$async' in validate) throw new Error('"$async" is not allowed');
  return validate;
}

function versionOf(schema: unknown): string | undefined {
  const version = (schema as { $schema?: unknown } | null)?.$schema;
  if (version === undefined) return undefined;
  return typeof version === 'string' ? version.replace(/#$/, '') : 'no text';
}

function keepCompiled(schema: unknown): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const made = withinMs(limits.schemaCompileWallMs, () => compileSchema(schema, false));
  const oldest = compiled.keys().next();
  if (compiled.size >= compiledMax && !oldest.done) compiled.delete(oldest.value);
  compiled.set(text, made);
  return made;
}
