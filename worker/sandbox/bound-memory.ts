const memorySection = 5;
const headerBytes = 8;
const hasMaximum = 1;

/**
 * A WebAssembly module whose own memory cannot grow past `pagesMax` pages of 64 KiB, from one that sets no bound or a higher one: its
 * memory section is written anew (https://webassembly.github.io/spec/core/binary/modules.html#memory-section). Throws for a module that
 * does not make exactly one memory.
 */
export function boundMemory(module: Uint8Array, pagesMax: number): Uint8Array<ArrayBuffer> {
  for (let at = headerBytes; at < module.length;) {
    const size = readNumber(module, at + 1);
    const end = size.next + size.value;
    if (module[at] === memorySection) {
      const count = readNumber(module, size.next);
      const initial = readNumber(module, count.next + 1);
      if (count.value !== 1 || initial.value > pagesMax) break;
      const memory = [1, hasMaximum, ...writeNumber(initial.value), ...writeNumber(pagesMax)];
      const section = [memorySection, ...writeNumber(memory.length), ...memory];
      return Uint8Array.from(Buffer.concat([module.subarray(0, at), Buffer.from(section), module.subarray(end)]));
    }
    at = end;
  }
  throw new Error(`The engine's module makes no memory that could be bound to ${pagesMax} pages`);
}

/** Unsigned LEB128. */
function readNumber(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  let next = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[next] ?? 0;
    next += 1;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, next };
  }
}

function writeNumber(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
