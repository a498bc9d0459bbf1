import type { TSSignature, TSType } from 'oxc-parser';
import { nameOf, resolve, type Declared, type Scope } from './declarations.ts';

/** The part of JSON Schema that parameters need. `emptyable`: an empty value unsets it. */
export type Schema = {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: false | Schema;
  items?: Schema;
  enum?: (string | number)[];
  anyOf?: Schema[];
  emptyable?: true;
};

/** Where a type is read, and what its type parameters stand for. */
type Place = { scope: Scope; given: Map<string, Schema> };

// The SDK's declarations say number where Stripe's document says integer, but for these.
const fractions = /percent|_decimal$|^(latitude|longitude)$/;

/** The JSON Schema of a type of parameters: every property that may be sent, and no other. Throws on what it cannot read. */
export function schemaOfType(type: TSType, place: Place, name = ''): Schema {
  switch (type.type) {
    case 'TSStringKeyword':
      return { type: 'string' };
    case 'TSNumberKeyword':
      return { type: fractions.test(name) ? 'number' : 'integer' };
    case 'TSBooleanKeyword':
      return { type: 'boolean' };
    case 'TSLiteralType':
      return { enum: [literalOf(type.literal)] };
    case 'TSArrayType':
      return { type: 'array', items: schemaOfType(type.elementType, place, name) };
    case 'TSParenthesizedType':
      return schemaOfType(type.typeAnnotation, place, name);
    case 'TSTypeLiteral':
      return objectOf(type.members, place);
    case 'TSUnionType':
      return unionOf(
        type.types.filter((one) => !isNull(one) && !isOtherText(one)).map((one) => schemaOfType(one, place, name)),
        type.types.some(isNull),
      );
    case 'TSTypeReference':
      return schemaOfReference(type, place, name);
    default:
      throw new Error(`A type that is not read yet: ${type.type} (${name})`);
  }
}

function schemaOfReference(type: Extract<TSType, { type: 'TSTypeReference' }>, place: Place, name: string): Schema {
  const names = nameOf(type.typeName);
  const given = place.given.get(names.join('.'));
  if (given !== undefined) return given;
  const parameters = type.typeArguments?.params ?? [];
  const [first] = parameters;
  if (names.join('.') === 'Array' && first !== undefined)
    return { type: 'array', items: schemaOfType(first, place, name) };
  if (names.join('.') === 'Emptyable' && first !== undefined)
    return { ...schemaOfType(first, place, name), emptyable: true };
  if (names.at(-1) === 'Decimal') return { type: 'string' };
  const found = resolve(place.scope, names);
  if (found === null) throw new Error(`${names.join('.')} is not declared (${name})`);
  const schemas = parameters.map((one) => schemaOfType(one, place, name));
  const meaning = new Map(
    'alias' in found.declared ? found.declared.parameters.map((p, n) => [p, schemas[n] ?? {}]) : [],
  );
  return schemaOfDeclared(found, meaning, name);
}

function schemaOfDeclared(
  { declared, scope }: { declared: Declared; scope: Scope },
  given: Map<string, Schema>,
  name: string,
): Schema {
  if ('alias' in declared) return schemaOfType(declared.alias, { scope, given }, name);
  const own = objectOf(declared.interface.body.body, { scope, given });
  return declared.interface.extends.reduce((schema, { expression }) => {
    const base = resolve(scope, nameOf(expression));
    if (base === null) throw new Error(`${declared.interface.id.name} extends what is not declared`);
    const inherited = schemaOfDeclared(base, new Map(), '');
    const required = [...(inherited.required ?? []), ...(schema.required ?? [])];
    return {
      ...schema,
      properties: { ...inherited.properties, ...schema.properties },
      ...(required.length === 0 ? {} : { required }),
    };
  }, own);
}

function objectOf(members: readonly TSSignature[], place: Place): Schema {
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  let others: false | Schema = false;
  for (const member of members) {
    if (member.type === 'TSIndexSignature') others = schemaOfType(member.typeAnnotation.typeAnnotation, place);
    if (member.type !== 'TSPropertySignature' || member.typeAnnotation == null) continue;
    const name = keyOf(member.key);
    properties[name] = schemaOfType(member.typeAnnotation.typeAnnotation, place, name);
    if (!member.optional) required.push(name);
  }
  return {
    type: 'object',
    ...(Object.keys(properties).length === 0 && others !== false ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: others,
  };
}

function isNull({ type }: TSType): boolean {
  return type === 'TSNullKeyword';
}

/** "Or a value that this version of the SDK does not know": of parameters we send only what it knows. */
function isOtherText(type: TSType): boolean {
  return type.type === 'TSTypeReference' && nameOf(type.typeName).join('.') === 'OtherString';
}

/** The name of a property, written plainly or in quotes. */
function keyOf(key: unknown): string {
  const { name, value } = key as { name?: string; value?: string };
  return name ?? value ?? '';
}

/** Literals become one enum; a string beside them makes it open. Of objects and lists the wire tells which is meant. */
function unionOf(schemas: Schema[], isNullable: boolean): Schema {
  const empty = schemas.some((one) => one.enum?.length === 1 && one.enum[0] === '');
  const rest = schemas.filter((one) => !(one.enum?.length === 1 && one.enum[0] === ''));
  const values = rest.flatMap((one) => (one.type === undefined && one.enum ? one.enum : []));
  const others = rest.filter((one) => !(one.type === undefined && one.enum));
  const isOpen = others.some(({ type }) => type === 'string');
  const parts = [...others, ...(values.length > 0 && !isOpen ? [{ enum: values }] : [])];
  const union = parts.length === 1 && parts[0] !== undefined ? parts[0] : { anyOf: parts };
  return empty || isNullable ? { ...union, emptyable: true } : union;
}

function literalOf(literal: unknown): string | number {
  const { value } = literal as { value?: unknown };
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new Error('A literal that is neither text nor number');
}
