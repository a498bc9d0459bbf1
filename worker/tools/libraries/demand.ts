/** Throws what an author reads when an argument is not what a function takes. */
export function demand(isRight: boolean, sentence: string): void {
  if (!isRight) throw new TypeError(sentence);
}

/** Whether it is a list of finite numbers, at least one. */
export function isNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number' && Number.isFinite(item))
  );
}
