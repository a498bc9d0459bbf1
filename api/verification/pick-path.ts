/** The part of a JSON value that a path names: `label`, `items.0.name`, or a JSON Pointer (RFC 6901) that starts with `/`; undefined when absent. */
export function pickPath(value: unknown, path: string | undefined): unknown {
  if (path === undefined) return value;
  let part: unknown = value;
  for (const step of stepsOf(path)) {
    if (part === null || typeof part !== 'object' || !Object.hasOwn(part, step)) return undefined;
    part = (part as Record<string, unknown>)[step];
  }
  return part;
}

/** The expectation for a metric with a path: the same part of it when it has that part, else the whole (`"ham"` for path `label`). */
export function pickExpected(expected: unknown, path: string | undefined): unknown {
  const part = pickPath(expected, path);
  return part === undefined ? expected : part;
}

function stepsOf(path: string): string[] {
  if (!path.startsWith('/')) return path.split('.');
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
