import { toldAtOnceMax, toldPerSecondMax } from './limits.ts';

/**
 * Tells the latest of values that come as often as a stranger likes: some at once, and later ones so often a second at most. What came too
 * soon is told when it is looked after next, unless another came in between. `weigh`: for how many a value counts, one unless said.
 */
export class Latest<Value> {
  readonly #tell: (value: Value) => void;
  readonly #weigh: (value: Value) => number;
  #untold: { value: Value } | null = null;
  #left = toldAtOnceMax;
  #atMs = performance.now();

  constructor(tell: (value: Value) => void, weigh: (value: Value) => number = () => 1) {
    this.#tell = tell;
    this.#weigh = weigh;
  }

  offer(value: Value): void {
    this.#untold = { value };
    this.lookAfter();
  }

  lookAfter(): void {
    if (this.#untold === null) return;
    const nowMs = performance.now();
    this.#left = Math.min(toldAtOnceMax, this.#left + ((nowMs - this.#atMs) * toldPerSecondMax) / 1000);
    this.#atMs = nowMs;
    if (this.#left >= 1) this.flush();
  }

  /** Tells what is left to tell, however soon it is. */
  flush(): void {
    if (this.#untold === null) return;
    const { value } = this.#untold;
    this.#untold = null;
    this.#left -= this.#weigh(value);
    this.#tell(value);
  }
}
