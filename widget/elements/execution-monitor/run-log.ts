export type LogLine = { seq: number; level: string; message: string; atMs: number };

const linesShownMax = 1_000;

/** The log of one attempt, from what was read and what came live: in order, each line once. */
export class RunLog {
  #attempt = 0;
  readonly #lines = new Map<number, LogLine>();

  /** Takes lines of an attempt; those of an earlier one are too late, a later one begins anew. */
  take(attempt: number, lines: readonly LogLine[]): void {
    if (attempt < this.#attempt) return;
    if (attempt > this.#attempt) this.#lines.clear();
    this.#attempt = attempt;
    for (const line of lines) this.#lines.set(line.seq, line);
  }

  /** The last thousand, in order, and how many there are in all. */
  shown(): { lines: LogLine[]; count: number } {
    const all = [...this.#lines.values()].sort((a, b) => a.seq - b.seq);
    return { lines: all.slice(-linesShownMax), count: all.length };
  }
}

/** A log message with its control characters made visible: none of them may act on the reader's screen. */
export function visible(message: string): string {
  // oxlint-disable-next-line no-control-regex -- these characters are what is looked for
  return message.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
