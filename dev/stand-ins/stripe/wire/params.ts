import { currencies } from '../money/currencies.ts';
import { invalidParam } from './api-error.ts';
import type { Wire } from './form-body.ts';

/** Reads one parameter into a value, or throws the error Stripe answers. `param` is its full name, such as `a[b][0]`. */
export type Reader<T> = (value: Wire | undefined, param: string) => T;

export type Read<R> = R extends Reader<infer T> ? T : never;

type Shape = Record<string, Reader<unknown>>;

/**
 * A hash with exactly these parameters. `unsupported` names real parameters of Stripe's that the stand-in does not act on:
 * they are refused in other words than an unknown one, so that nobody takes the stand-in's gap for a typing error.
 */
export function hash<S extends Shape>(
  shape: S,
  unsupported: readonly string[] = [],
): Reader<{ [K in keyof S]: Read<S[K]> }> {
  return (value, param) => {
    const given = value ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) throw invalidParam('Invalid object', param);
    for (const name of Object.keys(given)) refuseUnknown(shape, unsupported, name, nested(param, name));
    const entries = Object.entries(shape).map(([name, read]) => [name, read(given[name], nested(param, name))]);
    return Object.fromEntries(entries) as { [K in keyof S]: Read<S[K]> };
  };
}

export function required<T>(read: Reader<T>): Reader<T> {
  return (value, param) => {
    if (value === undefined || value === null)
      throw invalidParam(`Missing required param: ${param}.`, param, 'parameter_missing');
    return read(value, param);
  };
}

export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, param) => (value === undefined || value === null ? undefined : read(value, param));
}

export function text(limits: { lengthMax?: number } = {}): Reader<string> {
  return (value, param) => {
    if (typeof value !== 'string') throw invalidParam('Invalid string', param);
    if (value === '') throw emptyValue(param);
    if (value.length > (limits.lengthMax ?? 5000))
      throw invalidParam(`Invalid string: must be at most ${limits.lengthMax ?? 5000} characters`, param);
    return value;
  };
}

export function oneOf<const T extends string>(...allowed: T[]): Reader<T> {
  return (value, param) => {
    const found = allowed.find((name) => name === value);
    if (found === undefined) throw invalidParam(`Invalid ${param}: must be one of ${listed(allowed)}`, param);
    return found;
  };
}

/** Whole numbers only: `10.5`, `1e3` and words are refused as `parameter_invalid_integer`. */
export function integer(limits: { min?: number; max?: number } = {}): Reader<number> {
  return (value, param) => {
    if (value === '') throw emptyValue(param);
    const isNumber = typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d{1,16}$/.test(value));
    const number = isNumber ? Number(value) : NaN;
    if (!Number.isSafeInteger(number))
      throw invalidParam(`Invalid integer: ${shown(value)}`, param, 'parameter_invalid_integer');
    if (limits.min !== undefined && number < limits.min)
      throw invalidParam(
        `This value must be greater than or equal to ${limits.min}.`,
        param,
        'parameter_invalid_integer',
      );
    if (limits.max !== undefined && number > limits.max)
      throw invalidParam(`This value must be less than or equal to ${limits.max}.`, param, 'parameter_invalid_integer');
    return number;
  };
}

/** An amount of minor units, at least 1. */
export const positiveAmount: Reader<number> = (value, param) => {
  const amount = integer()(value, param);
  if (amount < 1)
    throw invalidParam('This value must be greater than or equal to 1.', param, 'parameter_invalid_integer');
  if (amount > 99_999_999)
    throw invalidParam('Amount must be no more than 99999999 minor units.', param, 'amount_too_large');
  return amount;
};

/** `true` or `false` as a form writes them. */
export const flag: Reader<boolean> = (value, param) => {
  if (value !== 'true' && value !== 'false') throw invalidParam(`Invalid boolean: ${shown(value)}`, param);
  return value === 'true';
};

/** `true` or `false` as JSON writes them. */
export const jsonFlag: Reader<boolean> = (value, param) => {
  if (typeof value !== 'boolean') throw invalidParam(`Invalid boolean: ${shown(value)}`, param);
  return value;
};

/** A currency Stripe supports, given in any case, kept in lower case. */
export const currency: Reader<string> = (value, param) => {
  const code = text()(value, param).toLowerCase();
  if (!currencies.has(code)) throw invalidParam(`Invalid currency: ${code}. Stripe does not support it.`, param);
  return code;
};

export const absoluteUrl: Reader<string> = (value, param) => {
  const url = text({ lengthMax: 5000 })(value, param);
  const scheme = URL.parse(url)?.protocol;
  if (scheme !== 'http:' && scheme !== 'https:') throw invalidParam('Not a valid URL', param, 'url_invalid');
  return url;
};

export function list<T>(read: Reader<T>, limits: { max?: number } = {}): Reader<T[]> {
  return (value, param) => {
    const items = itemsOf(value);
    if (items === null) throw invalidParam('Invalid array', param);
    if (items.length > (limits.max ?? 100))
      throw invalidParam(`Array ${param} exceeded maximum ${limits.max ?? 100} allowed elements.`, param);
    return items.map((item, place) => read(item, `${param}[${place}]`));
  };
}

/** Up to 50 pairs, names of 40 characters, values of 500 (docs.stripe.com/api/metadata). An empty value leaves the name out. */
export const metadata: Reader<Record<string, string>> = (value, param) => {
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalidParam('Invalid metadata: must be a hash', param);
  const pairs = Object.entries(value);
  if (pairs.length > 50) throw invalidParam('Metadata can have up to 50 keys.', param);
  const kept: Record<string, string> = {};
  for (const [name, item] of pairs) {
    if (typeof item === 'object' && item !== null)
      throw invalidParam('Metadata values must be strings.', nested(param, name));
    if (name.length > 40)
      throw invalidParam(`Metadata keys can have up to 40 characters, but you passed in ${name.length}.`, param);
    const written = item === null ? '' : String(item);
    if (written.length > 500)
      throw invalidParam(
        `Metadata values can have up to 500 characters, but you passed in a value that is ${written.length} characters.`,
        nested(param, name),
      );
    if (written !== '') kept[name] = written;
  }
  return kept;
};

export const expand = optional(list(text()));

function refuseUnknown(shape: Shape, unsupported: readonly string[], name: string, param: string): void {
  if (Object.hasOwn(shape, name)) return;
  if (unsupported.includes(name))
    throw invalidParam(
      `The local stand-in for Stripe does not act on the parameter: ${param}. Leave it out, or teach it to the stand-in.`,
      param,
    );
  throw invalidParam(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
}

function itemsOf(value: Wire | undefined): Wire[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  const places = Object.keys(value);
  return places.every((place, index) => place === String(index)) ? places.map((place) => value[place] ?? null) : null;
}

function emptyValue(param: string): Error {
  const message = `You passed an empty string for '${param}'. An empty value unsets a parameter, but '${param}' cannot be unset. Leave it out or give it a value.`;
  return invalidParam(message, param, 'parameter_invalid_empty');
}

function shown(value: Wire | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function nested(param: string, name: string): string {
  return param === '' ? name : `${param}[${name}]`;
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
