import { availableParallelism } from 'node:os';
import { closeGate, openGate, type Gate } from './gate.ts';

/** A run that takes turns. */
export type TurnTaker = { gate: Gate };

/** Runs that have used much of the processor may go on so many at once; the others of them wait for their turn. */
export const longRunsAtOnce = availableParallelism() * 2;

const sliceMs = 500;

/** Lets long runs take turns, so that a hundred of them end one after the other, and short ones beside them at once. */
export class Turns {
  readonly #going: TurnTaker[] = [];
  readonly #waiting: TurnTaker[] = [];
  #timer: NodeJS.Timeout | null = null;

  join(run: TurnTaker): void {
    if (this.#going.length < longRunsAtOnce) this.#going.push(run);
    else {
      closeGate(run.gate);
      this.#waiting.push(run);
      this.#timer ??= setInterval(() => this.#rotate(), sliceMs);
    }
  }

  leave(run: TurnTaker): void {
    remove(this.#going, run);
    remove(this.#waiting, run);
    openGate(run.gate);
    this.#fill();
  }

  /** Who went longest waits behind all others. */
  #rotate(): void {
    const rested = this.#going.splice(0, Math.min(this.#waiting.length, longRunsAtOnce));
    for (const run of rested) closeGate(run.gate);
    this.#waiting.push(...rested);
    this.#fill();
  }

  #fill(): void {
    while (this.#going.length < longRunsAtOnce) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      openGate(next.gate);
      this.#going.push(next);
    }
    if (this.#waiting.length > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

function remove(from: TurnTaker[], run: TurnTaker): void {
  const at = from.indexOf(run);
  if (at !== -1) from.splice(at, 1);
}
