/** How strings are compared. */
export type StringRule = { trim?: boolean | undefined; caseSensitive?: boolean | undefined };

/** A text that is equal for equal JSON values: keys sorted, -0 as 0, strings by the rule. Callers bound the depth first (`depthOf`). */
export function canonicalJson(value: unknown, rule: StringRule = {}): string {
  if (typeof value === 'string') return JSON.stringify(plainString(value, rule));
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, rule)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson((value as Record<string, unknown>)[key], rule)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'undefined';
}

/** How deep arrays and objects nest, counted without recursion so that no value can exhaust the stack; stops at `max` + 1. */
export function depthOf(value: unknown, max: number): number {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= max; depth += 1) {
    level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
    if (level.length === 0) return depth;
  }
  return max + 1;
}

function plainString(text: string, rule: StringRule): string {
  const trimmed = rule.trim === true ? text.trim() : text;
  return rule.caseSensitive === false ? trimmed.toLowerCase() : trimmed;
}
