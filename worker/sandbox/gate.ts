/** A few numbers that a thread and the main thread share, to tell each other something without waking up. */
export type Gate = Int32Array<SharedArrayBuffer>;

const closed = 0;
const memoryKiB = 1;
const silenced = 2;
const ready = 3;

export function newGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));
}

/** For a new run. */
export function resetGate(gate: Gate): void {
  Atomics.store(gate, memoryKiB, 0);
  Atomics.store(gate, ready, 0);
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

/** What the guest's memory has come to. */
export function noteMemory(gate: Gate, bytes: number): void {
  Atomics.store(gate, memoryKiB, Math.round(bytes / 1024));
}

export function notedMemoryBytes(gate: Gate): number {
  return Atomics.load(gate, memoryKiB) * 1024;
}

/** The thread is to say nothing more. */
export function silence(gate: Gate): void {
  Atomics.store(gate, silenced, 1);
}

export function isSilenced(gate: Gate): boolean {
  return Atomics.load(gate, silenced) === 1;
}

/** The thread's run is over and it can take the next. */
export function markReady(gate: Gate): void {
  Atomics.store(gate, ready, 1);
}

export function isReady(gate: Gate): boolean {
  return Atomics.load(gate, ready) === 1;
}
