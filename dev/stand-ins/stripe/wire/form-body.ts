import { invalidParam } from './api-error.ts';

/** A request's parameters before they are checked: text from a form or a query, any JSON from API v2. */
export type Wire = string | number | boolean | null | Wire[] | { [name: string]: Wire };

const depthMax = 8;

/**
 * Reads `application/x-www-form-urlencoded` text with nested brackets (`a[b][0]=c`, `a[]=c`) as the SDK writes it.
 * A list with numbered places stays an object of numbered keys; the reader of a list accepts that. Throws on malformed text.
 */
export function parseForm(text: string): { [name: string]: Wire } {
  const root = emptyNode();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    put(root, keysOf(name), decode(at < 0 ? '' : pair.slice(at + 1)), name);
  }
  return root;
}

type Node = { [name: string]: Wire };

// Without a prototype, so that a key such as `__proto__` is a key like any other.
function emptyNode(): Node {
  return Object.create(null) as Node;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidParam(`Invalid percent-encoding in the request: ${text.slice(0, 60)}`, text.slice(0, 60));
  }
}

function keysOf(name: string): string[] {
  const head = /^[^[\]]+/.exec(name)?.[0];
  const rest = name.slice(head?.length ?? 0);
  if (head === undefined || !/^(\[[^[\]]*\])*$/.test(rest)) throw invalidParam(`Invalid parameter name: ${name}`, name);
  const keys = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '')];
  if (keys.length > depthMax) throw invalidParam(`The parameter ${name} is nested too deeply.`, name);
  return keys;
}

function put(root: Node, keys: string[], value: string, name: string): void {
  let node = root;
  for (const [place, key] of keys.entries()) {
    const slot = key === '' ? String(Object.keys(node).length) : key;
    if (place === keys.length - 1) {
      if (typeof node[slot] === 'object') throw invalidParam(`Invalid mix of a value and a hash: ${name}`, name);
      node[slot] = value;
      return;
    }
    const next = node[slot] ?? (node[slot] = emptyNode());
    if (typeof next !== 'object' || next === null || Array.isArray(next))
      throw invalidParam(`Invalid mix of a value and a hash: ${name}`, name);
    node = next;
  }
}
