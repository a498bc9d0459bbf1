import { writeSync } from 'node:fs';
import { writeFrame } from './frames.ts';
import { isSilenced, silence, type Gate } from './gate.ts';
import type { HostMessage } from './host-messages.ts';

const standardOutput = 1;
const nobody = 0;
const mainThread = 1;
const silentMsMax = 5_000;

/** Whose turn it is to speak: the number of a thread, or nobody's. */
export type SpeakingTurn = Int32Array<SharedArrayBuffer>;

export function newSpeakingTurn(): SpeakingTurn {
  return new Int32Array(new SharedArrayBuffer(4));
}

/**
 * How a thread speaks to the worker: it writes to the host's standard output itself, whole frames, one thread at a time. By way of the main
 * thread each word would wait until that one has woken up, which takes longer than a short run.
 */
export class ThreadVoice {
  readonly #turn: SpeakingTurn;
  readonly #number: number;
  readonly #gate: Gate;

  constructor(turn: SpeakingTurn, number: number, gate: Gate) {
    this.#turn = turn;
    this.#number = number;
    this.#gate = gate;
  }

  say(message: HostMessage): void {
    const frame = writeFrame(message);
    for (;;) {
      const speaking = Atomics.compareExchange(this.#turn, 0, nobody, this.#number);
      if (speaking === nobody) break;
      Atomics.wait(this.#turn, 0, speaking);
    }
    try {
      if (!isSilenced(this.#gate)) writeWhole(frame);
    } finally {
      endTurn(this.#turn, this.#number);
    }
  }
}

/** The main thread's voice. It silences a thread before it ends it, so that none ends in the middle of a frame. */
export class MainVoice {
  readonly turn = newSpeakingTurn();
  readonly #silenced = new Set<number>();
  #lastNumber = mainThread;

  /** The number of a new thread. */
  newNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  say(message: HostMessage): void {
    this.#takeTurn();
    writeWhole(writeFrame(message));
    endTurn(this.turn, mainThread);
  }

  /** After this the thread says nothing more. */
  silence(number: number, gate: Gate): void {
    this.#takeTurn();
    this.#silenced.add(number);
    silence(gate);
    endTurn(this.turn, mainThread);
  }

  /** A thread is gone. One that went by itself in the middle of a frame leaves a stream that nobody can read. */
  forget(number: number): void {
    if (endTurn(this.turn, number) && !this.#silenced.has(number)) process.exit(3);
    this.#silenced.delete(number);
  }

  /** A silenced thread may have been ended while it was its turn, and does not write: the turn is taken from it. */
  #takeTurn(): void {
    for (;;) {
      const speaking = Atomics.load(this.turn, 0);
      const isFree = speaking === nobody || this.#silenced.has(speaking);
      if (isFree && Atomics.compareExchange(this.turn, 0, speaking, mainThread) === speaking) return;
      if (!isFree && Atomics.wait(this.turn, 0, speaking, silentMsMax) === 'timed-out') process.exit(3);
    }
  }
}

function endTurn(turn: SpeakingTurn, number: number): boolean {
  const wasTheirs = Atomics.compareExchange(turn, 0, number, nobody) === number;
  if (wasTheirs) Atomics.notify(turn, 0, 1);
  return wasTheirs;
}

/** The stream blocks while the worker does not read. */
function writeWhole(frame: Buffer): void {
  for (let at = 0; at < frame.length;) at += writeSync(standardOutput, frame, at);
}
