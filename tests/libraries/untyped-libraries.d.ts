// The parts of libraries without types of their own that the examples use.

declare module 'lodash' {
  type Chain = {
    groupBy(key: string): Chain;
    mapValues<T>(change: (value: object[]) => T): Chain;
    orderBy(keys: string[], orders: string[]): Chain;
    map(key: string): Chain;
    value(): unknown;
  };
  export function chain(value: object): Chain;
  export function chunk<T>(items: T[], size: number): T[][];
  export function cloneDeep<T>(value: T): T;
  export function debounce(run: () => unknown, waitMs: number): () => void;
  export function defaultsDeep(...values: object[]): object;
  export function get(value: object, path: string, otherwise?: unknown): unknown;
  export function isEqual(one: unknown, other: unknown): boolean;
  export function kebabCase(text: string): string;
  export function set(value: object, path: string, to: unknown): void;
  export function template(text: string): (values: object) => string;
}

declare module 'ramda' {
  type Step = (value: never) => unknown;
  type Lens = { readonly lens: unique symbol };

  export function append(item: unknown, list: unknown[]): unknown[];
  export function compose(...steps: Step[]): Step;
  export function converge(join: unknown, branches: Step[]): (value: unknown) => unknown;
  export function curry(
    run: (...args: never[]) => unknown,
  ): (a: number) => (b: number, c: number) => (d: number) => unknown;
  export function divide(one: number, other: number): number;
  export function evolve(changes: Record<string, Step>, value: object): object;
  export function filter(test: Step): Step;
  export function flip(run: unknown): unknown;
  export function groupBy<T>(key: (value: T) => string): (items: T[]) => Record<string, T[]>;
  export function length(list: unknown[]): number;
  export function lensPath(path: string[]): Lens;
  export function map(change: Step): Step;
  export function over(lens: Lens, change: Step, value: object): object;
  export function pipe(...steps: Step[]): (value: unknown) => unknown;
  export function prop(name: string): Step;
  export function range(from: number, to: number): number[];
  export function sortBy(key: Step): Step;
  export function sum(numbers: number[]): number;
  export function toUpper(text: string): string;
  export function transduce(transducer: Step, step: unknown, start: unknown[], list: unknown[]): unknown[];
  export function zipObj(keys: string[], values: unknown[]): object;
}

declare module 'mustache' {
  const Mustache: {
    render(template: string, view: object, partials?: Record<string, string>): string;
    parse(template: string): unknown[];
  };
  export default Mustache;
}

declare module 'semver' {
  const semver: {
    rsort(versions: string[]): string[];
    maxSatisfying(versions: string[], range: string): string | null;
    minVersion(range: string): { version: string } | null;
    valid(version: string): string | null;
    clean(version: string): string | null;
    satisfies(version: string, range: string): boolean;
    inc(version: string, release: string, identifier?: string): string | null;
    prerelease(version: string): (string | number)[] | null;
    diff(one: string, other: string): string | null;
    coerce(version: string): { version: string } | null;
    Range: new (range: string) => { range: string };
    intersects(one: string, other: string): boolean;
    subset(sub: string, dom: string): boolean;
    gtr(version: string, range: string): boolean;
  };
  export default semver;
}

declare module 'validator' {
  const validator: {
    isEmail(text: string): boolean;
    isURL(text: string, options: { protocols: string[]; require_protocol: boolean }): boolean;
    isIBAN(text: string): boolean;
    isCreditCard(text: string): boolean;
    isISBN(text: string): boolean;
    isIP(text: string): boolean;
    isUUID(text: string): boolean;
    isJSON(text: string): boolean;
    isISO8601(text: string, options: { strict: boolean }): boolean;
    isAlpha(text: string, locale: string): boolean;
    escape(text: string): string;
    normalizeEmail(text: string): string | false;
    trim(text: string, characters: string): string;
    stripLow(text: string): string;
    isStrongPassword(text: string): boolean;
    isByteLength(text: string, options: { max: number }): boolean;
  };
  export default validator;
}

declare module 'papaparse' {
  type Options = {
    header?: boolean;
    dynamicTyping?: boolean;
    skipEmptyLines?: boolean;
    comments?: string;
    preview?: number;
    step?(result: { data: unknown }): void;
  };
  type Parsed = {
    data: unknown[];
    errors: { code: string; row?: number }[];
    meta: { delimiter: string; fields?: string[] };
  };
  export function parse(text: string, options?: Options): Parsed;
  export function unparse(rows: object, options?: { delimiter?: string; newline?: string }): string;
}
