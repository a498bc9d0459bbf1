/**
 * What expressions may call, as the JavaScript that goes with a compiled manifest when it is used. None throws for a missing value: text
 * functions read it as an empty text, list functions as an empty list.
 */
export const functions: Record<string, string> = {
  length: `function length(value) {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return value === null || typeof value !== 'object' ? 0 : Object.keys(value).length;
}`,
  text: `function text(value) {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}`,
  number: `function number(value) {
  const read = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
  return Number.isFinite(read) ? read : null;
}`,
  list: `function list(value) {
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
}`,
  lower: `function lower(value) { return text(value).toLowerCase(); }`,
  upper: `function upper(value) { return text(value).toUpperCase(); }`,
  trim: `function trim(value) { return text(value).trim(); }`,
  split: `function split(value, separator) { return text(value) === '' ? [] : text(value).split(text(separator)); }`,
  join: `function join(values, separator) { return list(values).map(text).join(separator === undefined ? ', ' : text(separator)); }`,
  replace: `function replace(value, from, to) { return text(value).replaceAll(text(from), () => text(to)); }`,
  contains: `function contains(whole, part) { return Array.isArray(whole) ? whole.includes(part) : text(whole).includes(text(part)); }`,
  startsWith: `function startsWith(value, part) { return text(value).startsWith(text(part)); }`,
  endsWith: `function endsWith(value, part) { return text(value).endsWith(text(part)); }`,
  matches: `function matches(value, pattern) { return new RegExp(text(pattern), 'iu').test(text(value)); }`,
  find: `function find(value, pattern) {
  const found = new RegExp(text(pattern), 'iu').exec(text(value));
  return found === null ? null : (found[1] ?? found[0]);
}`,
  findAll: `function findAll(value, pattern) {
  return Array.from(text(value).matchAll(new RegExp(text(pattern), 'giu')), (found) => found[1] ?? found[0]);
}`,
  round: `function round(value, digits) {
  const factor = 10 ** (digits ?? 0);
  return Math.round((number(value) ?? 0) * factor) / factor;
}`,
  floor: `function floor(value) { return Math.floor(number(value) ?? 0); }`,
  ceil: `function ceil(value) { return Math.ceil(number(value) ?? 0); }`,
  abs: `function abs(value) { return Math.abs(number(value) ?? 0); }`,
  sum: `function sum(values) { return list(values).reduce((total, value) => total + (number(value) ?? 0), 0); }`,
  average: `function average(values) { return list(values).length === 0 ? null : sum(values) / list(values).length; }`,
  min: `function min(values) { return list(values).length === 0 ? null : list(values).reduce((a, b) => (b < a ? b : a)); }`,
  max: `function max(values) { return list(values).length === 0 ? null : list(values).reduce((a, b) => (b > a ? b : a)); }`,
  sort: `function sort(values, key) {
  const of = (value) => (key === undefined ? value : value?.[key]);
  return [...list(values)].sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
}`,
  reverse: `function reverse(values) { return [...list(values)].reverse(); }`,
  unique: `function unique(values) { return [...new Set(list(values))]; }`,
  first: `function first(values) { return list(values)[0] ?? null; }`,
  last: `function last(values) { return list(values).at(-1) ?? null; }`,
  slice: `function slice(values, from, to) { return (typeof values === 'string' ? values : list(values)).slice(from, to); }`,
  flatten: `function flatten(values) { return list(values).flat(); }`,
  pluck: `function pluck(values, key) { return list(values).map((value) => value?.[key] ?? null); }`,
  countBy: `function countBy(values) {
  const counts = {};
  for (const value of list(values)) counts[text(value)] = (counts[text(value)] ?? 0) + 1;
  return counts;
}`,
  keys: `function keys(value) { return value === null || typeof value !== 'object' ? [] : Object.keys(value); }`,
  values: `function values(value) { return value === null || typeof value !== 'object' ? [] : Object.values(value); }`,
  get: `function get(value, key, otherwise) {
  const found = value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? value[key] : undefined;
  return found ?? otherwise ?? null;
}`,
  coalesce: `function coalesce(...values) { return values.find((value) => value !== null && value !== undefined && value !== '') ?? null; }`,
  range: `function range(from, to) { return Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n); }`,
  json: `function json(value) { return JSON.stringify(value); }`,
  parseJson: `function parseJson(value) { return JSON.parse(text(value)); }`,
};

/** The names given and those they call, in the order of `functions`. */
export function withDependencies(used: ReadonlySet<string>): string[] {
  const all = new Set(used);
  for (const name of all) {
    for (const [, called = ''] of (functions[name] ?? '').matchAll(/\b([a-z][a-zA-Z]*)\(/g)) {
      if (called !== name && Object.hasOwn(functions, called)) all.add(called);
    }
  }
  return Object.keys(functions).filter((name) => all.has(name));
}
