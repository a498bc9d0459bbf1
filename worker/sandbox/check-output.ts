import type { Limits } from './limits.ts';

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether JSON text from a guest may be stored: well-formed, shallow, small, without keys that reach prototypes and without NUL. */
export function checkOutput(json: string, limits: Limits): 'OK' | 'LIMIT_OUTPUT' | 'OUTPUT_REJECTED' {
  if (Buffer.byteLength(json, 'utf8') > limits.outputBytesMax) return 'LIMIT_OUTPUT';
  if (json.includes('\\u0000') || json.includes('\0')) return 'OUTPUT_REJECTED';
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'OUTPUT_REJECTED';
  }
  return isPlain(value, limits) ? 'OK' : 'OUTPUT_REJECTED';
}

function isPlain(root: unknown, limits: Limits): boolean {
  let keys = 0;
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= limits.outputDepthMax) return false;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      const names = Array.isArray(value) ? null : Object.keys(value);
      if (names?.some((name) => forbiddenKeys.has(name))) return false;
      const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
      keys += names === null ? 0 : names.length;
      if (keys > limits.outputKeysMax) return false;
      for (const part of parts) if (typeof part === 'object' && part !== null) next.push(part);
    }
    level = next;
  }
  return true;
}
