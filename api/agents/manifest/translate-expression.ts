import jsep from 'jsep';
import { functions } from './functions.ts';

/** What an expression may name: results of steps and `input`; `used` collects the functions it calls. */
export type Scope = { names: ReadonlySet<string>; used: Set<string> };

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
const operators: Record<string, string> = { '==': '===', '!=': '!==' };
const takingPattern = new Set(['matches', 'find', 'findAll']);
const allowed = new Set(['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', '&&', '||', '===', '!==']);

/**
 * One expression → JavaScript that can only read what is in scope and call the fixed functions. Throws an Error whose message is a clause
 * that says what is wrong, such as `it names "pages", which no step before it gives`.
 */
export function translateExpression(text: string, scope: Scope): string {
  return translate(parse(text), scope);
}

function parse(text: string): jsep.Expression {
  try {
    return jsep(text);
  } catch (error) {
    throw new Error(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function translate(node: jsep.Expression, scope: Scope): string {
  const of = (part: unknown) => translate(part as jsep.Expression, scope);
  switch (node.type) {
    case 'Literal':
      return JSON.stringify((node as jsep.Literal).value);
    case 'Identifier':
      return known((node as jsep.Identifier).name, scope);
    case 'MemberExpression':
      return member(node as jsep.MemberExpression, scope);
    case 'CallExpression':
      return call(node as jsep.CallExpression, scope);
    case 'UnaryExpression': {
      const { operator, argument } = node as jsep.UnaryExpression;
      if (!['-', '+', '!'].includes(operator)) throw new Error(`it uses ${operator}, which is not an operator here`);
      return `(${operator}${of(argument)})`;
    }
    case 'BinaryExpression': {
      const { operator, left, right } = node as jsep.BinaryExpression;
      if (!allowed.has(operator)) throw new Error(`it uses ${operator}, which is not an operator here`);
      return `(${of(left)} ${operators[operator] ?? operator} ${of(right)})`;
    }
    case 'ConditionalExpression': {
      const { test, consequent, alternate } = node as jsep.ConditionalExpression;
      return `(${of(test)} ? ${of(consequent)} : ${of(alternate)})`;
    }
    case 'ArrayExpression':
      return `[${(node as jsep.ArrayExpression).elements.map(of).join(', ')}]`;
    default:
      throw new Error('it is more than one expression, or of a kind that is not supported');
  }
}

function known(name: string, scope: Scope): string {
  if (name === 'undefined') return 'null';
  if (scope.names.has(name)) return name;
  throw new Error(`it names "${name}", which no step before it gives`);
}

function member({ object, property, computed }: jsep.MemberExpression, scope: Scope): string {
  const of = translate(object, scope);
  if (computed) {
    const key = translate(property, scope);
    if (property.type === 'Literal' && forbidden.has(String((property as jsep.Literal).value))) throw unreadable(key);
    return `${of}?.[${key}]`;
  }
  const { name } = property as jsep.Identifier;
  if (forbidden.has(name)) throw unreadable(name);
  return `${of}?.${name}`;
}

function call({ callee, arguments: args }: jsep.CallExpression, scope: Scope): string {
  const name = callee.type === 'Identifier' ? (callee as jsep.Identifier).name : null;
  if (name === null) throw new Error('it calls a method; only functions are called, as in lower(text)');
  if (!Object.hasOwn(functions, name)) {
    throw new Error(`it calls "${name}", which is not a function; there are ${Object.keys(functions).join(', ')}`);
  }
  const [, pattern] = args;
  if (takingPattern.has(name) && pattern?.type === 'Literal') checkPattern((pattern as jsep.Literal).value);
  scope.used.add(name);
  return `${name}(${args.map((argument) => translate(argument, scope)).join(', ')})`;
}

/** A pattern that is written out is tried here, where its author still reads of it. */
function checkPattern(value: unknown): void {
  try {
    new RegExp(String(value), 'iu');
  } catch (error) {
    throw new Error(`it has a pattern that cannot be used (${(error as Error).message})`, { cause: error });
  }
}

function unreadable(name: string): Error {
  return new Error(`it reads ${name}, which is not a value`);
}
