import { findTool, type Tool } from '../../tools/catalogue.ts';
import { Failure } from '../../platform/errors.ts';
import { sayIssue } from '../../platform/say-issue.ts';
import { checkJson } from '../check-json.ts';
import { explainIssue } from './explain-issue.ts';
import { functions, withDependencies } from './functions.ts';
import { manifest, type Manifest, type Step } from './manifest.ts';
import { splitTemplate } from './split-template.ts';
import { translateExpression } from './translate-expression.ts';

type Scope = { names: Set<string>; used: Set<string>; inLoop: boolean };
type Json = Manifest['output'];

const reserved = new Set(
  `input tools log emit progress random now run arguments await break case catch class const continue debugger default delete do else
  enum eval export extends false finally for function if implements import in instanceof interface let new null of package private
  protected public return static super switch this throw true try typeof undefined var void while with yield`.split(
    /\s+/,
  ),
);

/** Parses a manifest. Throws `invalid_value` with the place of the first mistake and what to write there. */
export function readManifest(value: unknown): Manifest {
  checkJson(value, 'The manifest');
  const read = manifest.safeParse(value, { error: sayIssue });
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  if (issue === undefined) throw fault('', 'is not a manifest');
  const { path, message } = explainIssue(issue, value);
  throw fault(placeOf(path), message);
}

/**
 * A manifest → the ES module that does the same, readable and the same for the same manifest. Throws `invalid_value` for an expression that
 * cannot be read, an unknown tool, a name used twice or before it is there.
 */
export function compileManifest(source: Manifest): string {
  const scope: Scope = { names: new Set(['input']), used: new Set(), inLoop: false };
  const lines = [...block(source.steps, scope, '  ', 'steps'), `  return ${valueOf(source.output, scope, 'output')};`];
  const helpers = withDependencies(scope.used).map((name) => functions[name] as string);
  const run = `export default async function run(input, { tools, log, emit, progress }) {\n${lines.join('\n')}\n}`;
  return `// Compiled from a manifest (quarry.agent/v1).\n${[run, ...helpers].join('\n\n')}\n`;
}

function block(steps: Step[], scope: Scope, indent: string, place: string): string[] {
  return steps.flatMap((step, index) => statement(step, scope, indent, `${place}[${index}]`));
}

function statement(step: Step, scope: Scope, indent: string, place: string): string[] {
  const value = (json: Json, key: string) => valueOf(json, scope, `${place}.${key}`);
  if ('call' in step) return [`${indent}${declared(step.id, scope, place, () => called(step, scope, place))}`];
  if ('set' in step) return [`${indent}${declared(step.id, scope, place, () => value(step.set, 'set'))}`];
  if ('each' in step) return loop(step, scope, indent, place);
  if ('if' in step) return branch(step, scope, indent, place);
  if ('log' in step) return [`${indent}log(${value(step.log, 'log')});`];
  if ('emit' in step) return [`${indent}emit(${value(step.emit, 'emit')});`];
  if ('progress' in step) {
    const note = step.note === undefined ? '' : `, ${value(step.note, 'note')}`;
    return [`${indent}progress(${expression(step.progress, scope, `${place}.progress`)}${note});`];
  }
  if ('fail' in step) return [`${indent}throw new Error(${value(step.fail, 'fail')});`];
  if (scope.inLoop) throw fault(`${place}.return`, 'stands in a loop; return after it, or use "where"');
  return [`${indent}return ${value(step.return, 'return')};`];
}

function declared(id: string, scope: Scope, place: string, made: () => string): string {
  const isHoisted = scope.names.has(`let ${id}`);
  if (!isHoisted) checkName(id, scope, `${place}.id`);
  const text = made();
  scope.names.add(id);
  return `${isHoisted ? '' : 'const '}${id} = ${text};`;
}

function checkName(id: string, scope: Scope, place: string): void {
  if (reserved.has(id) || Object.hasOwn(functions, id))
    throw fault(place, `is "${id}", which is taken; choose another name`);
  if (scope.names.has(id)) throw fault(place, `is "${id}", which a step before it has already; choose another name`);
}

function called({ call, with: given = {} }: Extract<Step, { call: string }>, scope: Scope, place: string): string {
  const tool = findTool(call);
  if (tool === undefined)
    throw fault(`${place}.call`, `is "${call}", which is not a tool; GET /api/agent-tools lists them`);
  if (tool.parameters === null) {
    // The whole argument may be the value of one expression, whose parts nobody knows yet.
    if (typeof given !== 'string') partsOf(given, tool, `${place}.with`);
    return `await tools.${call}(${valueOf(given, scope, `${place}.with`)})`;
  }
  const parts = partsOf(given, tool, `${place}.with`);
  const last = tool.parameters.findLastIndex((parameter) => Object.hasOwn(parts, parameter));
  const args = tool.parameters
    .slice(0, last + 1)
    .map((parameter) =>
      Object.hasOwn(parts, parameter)
        ? valueOf(parts[parameter] as Json, scope, `${place}.with.${parameter}`)
        : 'undefined',
    );
  return `tools.${call}(${args.join(', ')})`;
}

/** What a tool is given, by the names of its schema: none that it does not know, all that it needs. */
function partsOf(given: Json, { name, arguments: schema }: Tool, place: string): Record<string, Json> {
  const { properties, required } = schema as { properties: object; required: string[] };
  const names = Object.keys(properties);
  const takes = `it takes ${names.join(', ') || 'nothing'}`;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw fault(place, `must be an object with what ${name} needs; ${takes}`);
  const foreign = Object.keys(given).find((key) => !names.includes(key));
  if (foreign !== undefined) throw fault(`${place}.${foreign}`, `is not a parameter of ${name}; ${takes}`);
  const missing = required.find((key) => !Object.hasOwn(given, key));
  if (missing !== undefined) throw fault(place, `has no "${missing}", which ${name} needs; ${takes}`);
  return given as Record<string, Json>;
}

function loop(step: Extract<Step, { each: string }>, scope: Scope, indent: string, place: string): string[] {
  const isHoisted = scope.names.has(`let ${step.id}`);
  if (!isHoisted) checkName(step.id, scope, `${place}.id`);
  const over = expression(step.each, scope, `${place}.each`);
  scope.used.add('list');
  checkName(step.as, { ...scope, names: new Set([...scope.names, step.id]) }, `${place}.as`);
  const inner: Scope = { names: new Set([...visible(scope), step.as]), used: scope.used, inLoop: true };
  const where =
    step.where === undefined ? [] : [`${indent}  if (!${expression(step.where, inner, `${place}.where`)}) continue;`];
  const body = block(step.steps, inner, `${indent}  `, `${place}.steps`);
  const give = valueOf(step.give, inner, `${place}.give`);
  scope.names.add(step.id);
  return [
    `${indent}${isHoisted ? '' : 'const '}${step.id} = [];`,
    `${indent}for (const ${step.as} of list(${over})) {`,
    ...where,
    ...body,
    `${indent}  ${step.id}.push(${give});`,
    `${indent}}`,
  ];
}

/** What steps inside a branch give is there after it too: null when the branch was not taken. */
function branch(step: Extract<Step, { if: string }>, scope: Scope, indent: string, place: string): string[] {
  const test = expression(step.if, scope, `${place}.if`);
  const ids = [...new Set([...givenBy(step.do), ...givenBy(step.else)])].filter((id) => !scope.names.has(`let ${id}`));
  for (const id of ids) checkName(id, scope, place);
  const within = () => ({
    ...scope,
    names: new Set([...scope.names, ...ids.map((id) => `let ${id}`)]),
  });
  const taken = block(step.do, within(), `${indent}  `, `${place}.do`);
  const otherwise = block(step.else, within(), `${indent}  `, `${place}.else`);
  for (const id of ids) scope.names.add(id);
  return [
    ...ids.map((id) => `${indent}let ${id} = null;`),
    `${indent}if (${test}) {`,
    ...taken,
    ...(otherwise.length > 0 ? [`${indent}} else {`, ...otherwise] : []),
    `${indent}}`,
  ];
}

function givenBy(steps: Step[]): string[] {
  return steps.flatMap((step) =>
    'if' in step ? [...givenBy(step.do), ...givenBy(step.else)] : 'id' in step ? [step.id] : [],
  );
}

function visible(scope: Scope): string[] {
  return [...scope.names].filter((name) => !name.startsWith('let '));
}

/** JSON with ${…} in its texts → an expression of JavaScript. */
function valueOf(json: Json, scope: Scope, place: string): string {
  if (typeof json === 'string') return textOf(json, scope, place);
  if (Array.isArray(json)) return `[${json.map((item, n) => valueOf(item, scope, `${place}[${n}]`)).join(', ')}]`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  const entries = Object.entries(json).map(([key, item]) => {
    if (key === '__proto__') throw fault(`${place}.${key}`, 'is not a key that a value can have');
    return `${JSON.stringify(key)}: ${valueOf(item as Json, scope, `${place}.${key}`)}`;
  });
  return `{ ${entries.join(', ')} }`;
}

function textOf(template: string, scope: Scope, place: string): string {
  const parts = splitTemplate(template);
  if (parts === null) throw fault(place, 'has a "${" that no "}" closes');
  const [only] = parts;
  if (parts.length === 1 && only?.isExpression) return expression(only.text, scope, place);
  if (parts.every((part) => !part.isExpression)) return JSON.stringify(template);
  scope.used.add('text');
  return parts
    .map((part) => (part.isExpression ? `text(${expression(part.text, scope, place)})` : JSON.stringify(part.text)))
    .join(' + ');
}

function expression(text: string, scope: Scope, place: string): string {
  try {
    return translateExpression(text, { names: new Set(visible(scope)), used: scope.used });
  } catch (error) {
    throw fault(place, `holds the expression ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function placeOf(path: PropertyKey[]): string {
  return path.reduce<string>(
    (place, key) => (typeof key === 'number' ? `${place}[${key}]` : `${place}${place === '' ? '' : '.'}${String(key)}`),
    '',
  );
}

function fault(place: string, clause: string): Failure {
  return new Failure('invalid_value', `The manifest cannot be used: ${place === '' ? 'it' : place} ${clause}.`);
}
