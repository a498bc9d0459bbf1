import { readSync, writeSync } from 'node:fs';
import { readFrames, writeFrame } from './frames.ts';
import type { LaneMessage, LaneRequest } from './lane-messages.ts';
import { frameBytesMax } from './limits.ts';

const chunkBytes = 64 * 1024;

/**
 * A thread's end of its lane. It waits for the worker's words in a system call: by way of the main thread, or of an event loop, each would
 * take longer than a short run.
 */
export class ThreadLane {
  readonly #descriptor: number;
  readonly #heard: LaneRequest[] = [];
  readonly #take = readFrames(
    frameBytesMax,
    (request) => this.#heard.push(request as LaneRequest),
    () => process.exit(2),
  );

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** The next request; the whole thread stands still until there is one, and ends when the worker is gone. */
  next(): LaneRequest {
    for (;;) {
      const request = this.#heard.shift();
      if (request !== undefined) return request;
      const chunk = this.#read();
      if (chunk.length === 0) process.exit(0);
      this.#take(chunk);
    }
  }

  /** Says it whole; stands still while the worker does not read. */
  say(message: LaneMessage): void {
    const frame = writeFrame(message);
    for (let at = 0; at < frame.length;) at += writeSync(this.#descriptor, frame, at);
  }

  #read(): Buffer {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      try {
        return chunk.subarray(0, readSync(this.#descriptor, chunk));
      } catch (error) {
        // A signal came while it waited.
        if ((error as NodeJS.ErrnoException).code !== 'EINTR') throw error;
      }
    }
  }
}
