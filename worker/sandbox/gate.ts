/** A few numbers that a thread and the main thread share, to tell each other something without waking up. */
export type Gate = Int32Array<SharedArrayBuffer>;

const closed = 0;
const memoryKiB = 1;
const cpuMs = 2;
const notedAtMs = 3;

const isStill = 0;

export function newGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));
}

/** The run of the thread is to wait, because it is the turn of others. */
export function closeGate(gate: Gate): void {
  Atomics.store(gate, closed, 1);
}

export function openGate(gate: Gate): void {
  Atomics.store(gate, closed, 0);
  Atomics.notify(gate, closed);
}

export function isClosed(gate: Gate): boolean {
  return Atomics.load(gate, closed) === 1;
}

export function waitUntilOpen(gate: Gate): void {
  Atomics.wait(gate, closed, 1);
}

/** What the run of the thread has used so far; it goes on. */
export function noteUse(gate: Gate, usedMs: number, memoryBytes: number): void {
  Atomics.store(gate, cpuMs, Math.round(usedMs));
  Atomics.store(gate, memoryKiB, Math.round(memoryBytes / 1024));
  noteGoing(gate);
}

/** It stands still, for a tool or while it is the turn of others. */
export function noteStill(gate: Gate): void {
  Atomics.store(gate, notedAtMs, isStill);
}

/** It goes on. */
export function noteGoing(gate: Gate): void {
  Atomics.store(gate, notedAtMs, nowMs());
}

/** What the run of a thread used that does not live to tell: it was busy since it last noted what it used, unless it stood still. */
export function usedBy(gate: Gate): { cpuMs: number; memoryPeakBytes: number } {
  const noted = Atomics.load(gate, notedAtMs);
  const sinceMs = noted === isStill ? 0 : (nowMs() - noted) | 0;
  return { cpuMs: Atomics.load(gate, cpuMs) + sinceMs, memoryPeakBytes: Atomics.load(gate, memoryKiB) * 1024 };
}

/** The same clock in every thread, unlike performance.now(); a number of 32 bits that wraps around. */
function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n) | 0;
}
