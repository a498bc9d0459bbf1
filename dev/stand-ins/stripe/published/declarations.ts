import { readFileSync } from 'node:fs';
import { parseSync, type Program, type TSInterfaceDeclaration, type TSType } from 'oxc-parser';

/** A type of the SDK's declarations: an interface, or what an alias stands for. */
export type Declared = { interface: TSInterfaceDeclaration } | { alias: TSType; parameters: string[] };

/** What a file or a namespace declares, and where to look further. */
export type Scope = { types: Map<string, Declared>; spaces: Map<string, Scope>; outer: Scope | null };

type Statement = Program['body'][number];

/** Reads a `.d.ts` of the SDK; `outer` holds what the file imports. */
export function readDeclarations(path: string, outer: Scope | null): Scope {
  const { program, errors } = parseSync(path, readFileSync(path, 'utf8'), { lang: 'dts' });
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  return scopeOf(program.body, outer);
}

/** Finds `A.B.C` from the innermost scope outwards, as TypeScript does, and the scope it is declared in. */
export function resolve(scope: Scope, names: readonly string[]): { declared: Declared; scope: Scope } | null {
  const [first = '', ...rest] = names;
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const space = at.spaces.get(first);
    const found = rest.length === 0 ? at.types.get(first) : undefined;
    if (found !== undefined) return { declared: found, scope: at };
    if (rest.length > 0 && space !== undefined) return within(space, rest);
  }
  return null;
}

function within(scope: Scope, [first = '', ...rest]: readonly string[]): { declared: Declared; scope: Scope } | null {
  const found = scope.types.get(first);
  if (rest.length === 0) return found === undefined ? null : { declared: found, scope };
  const space = scope.spaces.get(first);
  return space === undefined ? null : within(space, rest);
}

function scopeOf(statements: readonly Statement[], outer: Scope | null): Scope {
  const scope: Scope = { types: new Map(), spaces: new Map(), outer };
  fill(scope, statements);
  return scope;
}

/** Adds what is declared to a scope; a namespace may be declared in several parts. */
function fill(scope: Scope, statements: readonly Statement[]): void {
  for (const statement of statements) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type === 'TSInterfaceDeclaration')
      scope.types.set(declaration.id.name, { interface: declaration });
    if (declaration?.type === 'TSTypeAliasDeclaration')
      scope.types.set(declaration.id.name, {
        alias: declaration.typeAnnotation,
        parameters: (declaration.typeParameters?.params ?? []).map(({ name }) => name.name),
      });
    if (declaration?.type === 'TSModuleDeclaration' && declaration.body?.type === 'TSModuleBlock') {
      const [name = ''] = nameOf(declaration.id);
      const space = scope.spaces.get(name) ?? scopeOf([], scope);
      scope.spaces.set(name, space);
      fill(space, declaration.body.body);
    }
  }
}

/** `A.B.C` of a name in the syntax tree. */
export function nameOf(node: unknown): string[] {
  const { type, name, left, right } = node as { type: string; name?: string; left?: unknown; right?: { name: string } };
  if (type === 'Identifier') return [name ?? ''];
  if (type === 'TSQualifiedName') return [...nameOf(left), right?.name ?? ''];
  throw new Error(`A name of another kind: ${type}`);
}
