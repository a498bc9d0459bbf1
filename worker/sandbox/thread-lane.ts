import { readSync, writeSync } from 'node:fs';
import { readFrames, separatorOf, writeFrame } from './frames.ts';
import type { LaneMessage, LaneRequest } from './lane-messages.ts';
import { frameBytesMax } from './limits.ts';

const chunkBytes = 64 * 1024;

/**
 * A thread's end of its lane. It waits for the worker's words in a system call: by way of the main thread, or of an event loop, each would
 * take longer than a short run.
 */
export class ThreadLane {
  readonly #descriptor: number;
  readonly #chunk = Buffer.allocUnsafe(chunkBytes);
  readonly #heard: LaneRequest[] = [];
  readonly #take = readFrames(
    frameBytesMax,
    (request) => this.#heard.push(request as LaneRequest),
    () => process.exit(2),
  );

  /** Waits for what is meant for this thread: the one before it on the lane may have left something unread. */
  constructor(descriptor: number, thread: number) {
    this.#descriptor = descriptor;
    const separator = separatorOf(thread);
    let unread: Buffer = Buffer.alloc(0);
    for (let at = -1; at === -1;) {
      unread = Buffer.concat([unread.subarray(-separator.length), this.#readSome()]);
      at = unread.indexOf(separator);
      if (at !== -1) this.#take(unread.subarray(at + separator.length));
    }
  }

  /** The next request; the whole thread stands still until there is one. */
  next(): LaneRequest {
    for (;;) {
      const request = this.#heard.shift();
      if (request !== undefined) return request;
      this.#take(this.#readSome());
    }
  }

  /** Says it whole; stands still while the worker does not read. */
  say(message: LaneMessage): void {
    const frame = writeFrame(message);
    for (let at = 0; at < frame.length;) at += writeSync(this.#descriptor, frame, at);
  }

  /** What there is, at least a byte; ends the thread when the worker is gone. */
  #readSome(): Buffer {
    for (;;) {
      try {
        const length = readSync(this.#descriptor, this.#chunk);
        if (length === 0) process.exit(0);
        return Buffer.from(this.#chunk.subarray(0, length));
      } catch (error) {
        // A signal came while it waited.
        if ((error as NodeJS.ErrnoException).code !== 'EINTR') throw error;
      }
    }
  }
}
