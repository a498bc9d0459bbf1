/** What one run may use of something. Calls made at once set aside what each could use; one that does not fit beside the others waits for them. */
export class Budget {
  used = 0;
  readonly #max: number;
  #aside = 0;
  #waiting: (() => void)[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Does work that could use up to `most`, and counts what `usedOf` says that it used. Throws `tool_limit` when nothing is left, or with
   * `isStrict` when `most` is more than what is left.
   */
  async spend<T>(
    { most, isStrict }: { most: number; isStrict: boolean },
    work: () => Promise<T>,
    usedOf: (answer: T) => number,
  ): Promise<T> {
    while (this.#aside > 0 && this.used + this.#aside + most > this.#max)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.used >= this.#max || (isStrict && this.used + most > this.#max)) throw new Error('tool_limit');
    this.#aside += most;
    try {
      const answer = await work();
      this.used += usedOf(answer);
      return answer;
    } finally {
      this.#aside -= most;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}
