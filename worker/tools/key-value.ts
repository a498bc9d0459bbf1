import { toolLimits } from './limits.ts';
import type { Tool } from './session.ts';

/** Scratch for the length of one run, 256 KiB of keys and JSON in all. */
export function openKeyValue(): [string, Tool][] {
  const kept = new Map<string, string>();
  let bytes = 0;
  const sizeOf = (key: string) => Buffer.byteLength(key) + Buffer.byteLength(kept.get(key) ?? '');
  const forget = (key: string) => {
    if (kept.has(key)) bytes -= sizeOf(key);
    return kept.delete(key);
  };
  const keyOf = (args: Record<string, unknown>) => args['key'] as string;
  return [
    ['kv.get', async (args) => ({ value: JSON.parse(kept.get(keyOf(args)) ?? 'null') })],
    [
      'kv.set',
      async (args) => {
        const key = keyOf(args);
        const json = JSON.stringify(args['value']);
        const more = Buffer.byteLength(key) + Buffer.byteLength(json) - (kept.has(key) ? sizeOf(key) : 0);
        if (bytes + more > toolLimits.kvBytesMax) throw new Error('too_large');
        bytes += more;
        kept.set(key, json);
        return { value: true };
      },
    ],
    ['kv.delete', async (args) => ({ value: forget(keyOf(args)) })],
    ['kv.list', async () => ({ value: [...kept.keys()].sort() })],
  ];
}
