import { globSync, readFileSync } from 'node:fs';
import { parseSync, type TSType } from 'oxc-parser';
import { readDeclarations, type Scope } from './declarations.ts';
import { differences } from './differences.ts';
import { schemaOfType, type Schema } from './schema-of-type.ts';

/** One method of the SDK that makes a request: `POST /v1/refunds`, and the declaration file of its class. */
type Operation = { name: string; file: string; className: string; method: string };

const nothing: Schema = { type: 'object', properties: {}, additionalProperties: false };

/** The schema of the parameters of each operation asked for, by `METHOD /path/:id`. Throws for one the SDK does not have. */
export function schemasOfOperations(sdk: string, names: readonly string[]): Record<string, Schema> {
  const amounts = readDeclarations(`${sdk}/esm/resources/V2/V2Amounts.d.ts`, null);
  const shared = readDeclarations(`${sdk}/esm/shared.d.ts`, amounts);
  const operations = globSync('esm/resources/**/*.js', { cwd: sdk }).flatMap((file) => operationsOf(`${sdk}/${file}`));
  return Object.fromEntries(
    names.toSorted().map((name) => {
      const operation = operations.find((one) => one.name === name);
      if (operation === undefined) throw new Error(`Stripe's SDK has no ${name}`);
      const schema = schemaOf(operation, shared);
      const more = differences.filter(({ operations: those }) => those.test(name));
      const added = Object.fromEntries(more.map((one) => [one.param, one.schema]));
      return [name, { ...schema, properties: { ...schema.properties, ...added } }];
    }),
  );
}

/** What the SDK's code requests: it names method and path in one call, `this._makeRequest('POST', '/v1/refunds', …)`. */
function operationsOf(file: string): Operation[] {
  const text = readFileSync(file, 'utf8');
  const found: Operation[] = [];
  let className = '';
  let method = '';
  for (const line of text.split('\n')) {
    className = /^export class (\w+)/.exec(line)?.[1] ?? className;
    method = /^ {4}(\w+)\([^)]*\) \{$/.exec(line)?.[1] ?? method;
    const request = /_makeRequest\('(\w+)', (['`])(.+?)\2/.exec(line);
    if (request === null) continue;
    const path = (request[3] ?? '').replaceAll(/\$\{encodeURIComponent\((\w+)\)\}/g, ':id');
    found.push({ name: `${request[1]} ${path}`, file: file.replace(/\.js$/, '.d.ts'), className, method });
  }
  return found;
}

function schemaOf({ file, className, method, name }: Operation, shared: Scope): Schema {
  const scope = readDeclarations(file, shared);
  const type = paramsType(file, className, method);
  if (type === null) return nothing;
  const schema = schemaOfType(type, { scope, given: new Map() });
  if (schema.type !== 'object') throw new Error(`The parameters of ${name} are no object`);
  return schema;
}

/** The type of the argument `params`, of whichever signature of the method has one; null when none has. */
function paramsType(file: string, className: string, method: string): TSType | null {
  const { program } = parseSync(file, readFileSync(file, 'utf8'), { lang: 'dts' });
  for (const statement of program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'ClassDeclaration' || declared.id?.name !== className) continue;
    for (const member of declared.body.body) {
      if (!('key' in member) || !('name' in member.key) || member.key.name !== method) continue;
      const { params } = (member as { value: { params: unknown[] } }).value;
      for (const param of params as { name?: string; typeAnnotation?: { typeAnnotation: TSType } }[])
        if (param.name === 'params' && param.typeAnnotation !== undefined) return param.typeAnnotation.typeAnnotation;
    }
  }
  return null;
}
