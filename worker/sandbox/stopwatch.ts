/** Calls `onEnd` after so long. It can stand still for a while. */
export class Stopwatch {
  readonly #ms: number;
  readonly #onEnd: () => void;
  #leftMs: number;
  #fromMs = performance.now();
  #timer: NodeJS.Timeout | null;

  constructor(ms: number, onEnd: () => void) {
    this.#ms = ms;
    this.#leftMs = ms;
    this.#onEnd = onEnd;
    this.#timer = setTimeout(onEnd, ms);
  }

  /** How long it has run, without the time it stood still. */
  get elapsedMs(): number {
    return this.#ms - this.#leftMs + (this.#timer === null ? 0 : performance.now() - this.#fromMs);
  }

  /** Stands still until it is told to go on, if ever. */
  stop(): void {
    if (this.#timer === null) return;
    this.#leftMs -= performance.now() - this.#fromMs;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  goOn(): void {
    if (this.#timer !== null) return;
    this.#fromMs = performance.now();
    this.#timer = setTimeout(this.#onEnd, this.#leftMs);
  }
}
