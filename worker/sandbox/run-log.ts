import { logFloodFactor, type Limits } from './limits.ts';
import type { LogLine } from './sandbox-types.ts';

// What a line costs besides its text.
const lineBytes = 16;

/** The log of one run, cut at its limits. */
export class RunLog {
  readonly lines: LogLine[] = [];
  isTruncated = false;
  readonly #limits: Limits;
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Keeps a line; null when the log is full, 'flood' when the guest goes on all the same and is to be stopped. */
  add(level: LogLine['level'], message: string, atMs: number): LogLine | 'flood' | null {
    const { logBytesMax, logLinesMax } = this.#limits;
    this.#bytes += message.length + lineBytes;
    if (this.#bytes > logBytesMax || this.lines.length >= logLinesMax) {
      this.isTruncated = true;
      return this.#bytes > logBytesMax * logFloodFactor ? 'flood' : null;
    }
    const line: LogLine = {
      seq: this.lines.length + 1,
      level,
      message: message.replaceAll('\0', '\uFFFD'),
      atMs: Math.round(atMs * 10) / 10,
    };
    this.lines.push(line);
    return line;
  }
}
