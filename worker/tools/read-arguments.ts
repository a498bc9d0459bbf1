import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { findTool } from '../../api/tools/catalogue.ts';

const ajv = new Ajv2020({ strict: true });
const validators = new Map<string, ValidateFunction>();

/** The argument of a tool, checked against its schema in the catalogue. Throws Error('invalid_arguments'). */
export function readArguments(name: string, args: string): Record<string, unknown> {
  // A call without an argument: of what needs none it is one.
  const value = parsed(args) ?? {};
  const tool = findTool(name);
  if (tool === undefined) throw new Error('tool_denied');
  const validate = validators.get(name) ?? ajv.compile(tool.arguments);
  validators.set(name, validate);
  if (!validate(value)) throw new Error('invalid_arguments');
  return value as Record<string, unknown>;
}

function parsed(args: string): unknown {
  try {
    return JSON.parse(args);
  } catch {
    throw new Error('invalid_arguments');
  }
}
