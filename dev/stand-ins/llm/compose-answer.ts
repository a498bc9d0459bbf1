import type { ChatRequest } from './chat-request.ts';

type Schema = {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  minimum?: number;
  minItems?: number;
};

/**
 * What the stand-in says: no model, so nothing clever. Asked for JSON by schema, it gives the smallest instance of that schema; else it
 * says what it is and repeats the first words it was asked.
 */
export function composeAnswer(request: ChatRequest): string {
  const format = request.response_format;
  if (format?.type === 'json_schema') return JSON.stringify(instanceOf(format.json_schema.schema as Schema));
  const asked = lastQuestion(request).replace(/\s+/g, ' ').slice(0, 200);
  if (format?.type === 'json_object') return JSON.stringify({ standIn: true, asked });
  return `This is Quarry's local stand-in for a language model; it cannot think. You asked: ${asked}`;
}

/** A rough count, four characters a token. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

export function lastQuestion(request: ChatRequest): string {
  const content = request.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  return typeof content === 'string' ? content : content.map((part) => part.text).join('\n');
}

function instanceOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return instanceOf(schema.anyOf[0]);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, instanceOf(part)]));
  }
  if (type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => instanceOf(schema.items ?? {}));
  if (type === 'number' || type === 'integer') return schema.minimum ?? 0;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  return '';
}
