/** One message as bytes: four of length (big-endian), then JSON. */
export function writeFrame(message: object): Buffer {
  const json = JSON.stringify(message);
  const length = Buffer.byteLength(json, 'utf8');
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32BE(length, 0);
  frame.write(json, 4, 'utf8');
  return frame;
}

/**
 * What separates the frames for one reader of a stream from those for the one before, which may have left any part of them unread. It is in
 * no frame, whatever a stranger wrote: a length has its first byte below 255, and 255 is no byte of UTF-8 (https://www.rfc-editor.org/rfc/rfc3629#section-1).
 */
export function separatorOf(reader: number): Buffer {
  const bytes = Buffer.alloc(8, 0xff);
  bytes.writeUInt32BE(reader, 4);
  return bytes;
}

/** Reads frames from a stream of chunks. A length over `bytesMax`, or a body that is not JSON, is told once through `onBroken`, and nothing more is read. */
export function readFrames(
  bytesMax: number,
  onFrame: (message: unknown) => void,
  onBroken: (why: string) => void,
): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let size = 0;
  let broken = false;

  return (chunk) => {
    if (broken) return;
    chunks.push(chunk);
    size += chunk.length;
    while (size >= 4) {
      const length = peekLength();
      if (length > bytesMax) return fail(`a frame of ${length} bytes was announced`);
      if (size < 4 + length) return;
      const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
      const body = all.subarray(4, 4 + length);
      const rest = all.subarray(4 + length);
      chunks = rest.length > 0 ? [rest] : [];
      size = rest.length;
      let message: unknown;
      try {
        message = JSON.parse(body.toString('utf8'));
      } catch {
        return fail('a frame is not JSON');
      }
      onFrame(message);
    }
  };

  function peekLength(): number {
    if ((chunks[0]?.length ?? 0) < 4) chunks = [Buffer.concat(chunks, size)];
    return (chunks[0] as Buffer).readUInt32BE(0);
  }

  function fail(why: string): void {
    broken = true;
    chunks = [];
    onBroken(why);
  }
}
