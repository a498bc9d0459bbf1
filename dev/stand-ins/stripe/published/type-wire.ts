import type { Wire } from '../wire/form-body.ts';
import type { Schema } from './schema-of-type.ts';

/**
 * A form has only text, and lists as hashes with numbered keys: gives what was sent the types that its schema has, where it can be read so.
 * What cannot is left as it came, for the schema to refuse. An empty value that unsets a parameter is left out.
 */
export function typeWire(schema: Schema, wire: Wire): unknown {
  if (schema.anyOf !== undefined) return typeWire(schema.anyOf.find((one) => fits(one, wire)) ?? {}, wire);
  if (typeof wire === 'string') return typeText(schema, wire);
  if (typeof wire !== 'object' || wire === null) return wire;
  const { items } = schema;
  if (schema.type === 'array' && items !== undefined) {
    const list = listOf(wire);
    return list === null ? wire : list.map((item) => typeWire(items, item));
  }
  if (Array.isArray(wire)) return wire;
  return Object.fromEntries(
    Object.entries(wire)
      .filter(([name, value]) => !(isUnset(value) && propertyOf(schema, name)?.emptyable === true))
      .map(([name, value]) => [name, typeWire(propertyOf(schema, name) ?? {}, value)]),
  );
}

function propertyOf({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return additionalProperties === false ? undefined : additionalProperties;
}

function isUnset(value: Wire): boolean {
  return value === '' || value === null;
}

function typeText({ type }: Schema, text: string): unknown {
  if (type === 'integer' && /^[+-]?\d{1,16}$/.test(text)) return Number(text);
  if (type === 'number' && /^[+-]?\d{1,16}(\.\d{1,16})?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Which of several shapes is meant: that of what was sent. */
function fits({ type, enum: values }: Schema, wire: Wire): boolean {
  if (typeof wire !== 'object' || wire === null) return type !== 'object' && type !== 'array';
  if (type === 'array') return listOf(wire) !== null;
  return type === 'object' && values === undefined;
}

function listOf(wire: Wire[] | { [name: string]: Wire }): Wire[] | null {
  if (Array.isArray(wire)) return wire;
  const places = Object.keys(wire);
  return places.every((place, index) => place === String(index)) ? places.map((place) => wire[place] ?? null) : null;
}
