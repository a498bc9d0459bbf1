import type { IncomingMessage } from 'node:http';
import { Failure } from '../errors.ts';

/** The largest request body, in bytes: a bounty with its cases, or an agent of 512 KiB whose every character is escaped. */
export const bodyBytesMax = 8 * 1024 * 1024;

/** Reads a request's bytes. Throws `too_large` as soon as the limit is passed, without reading on. */
export async function readBytes(request: IncomingMessage, bytesMax = bodyBytesMax): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytesMax) throw tooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parses JSON as UTF-8; refuses bad bytes, and keys that could reach an object's prototype. Throws `invalid_json`. */
export function parseJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('invalid_json', 'The body is not valid UTF-8. Encode it as UTF-8 and send it again.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure(
      'invalid_json',
      `The body is not valid JSON (${(error as Error).message}). Correct it and send it again.`,
    );
  }
  refusePrototypeKeys(value);
  return value;
}

/** Without calling itself: a body that nests deeply must reach whoever says how deep it may. */
function refusePrototypeKeys(value: unknown): void {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const item = left.pop();
    if (typeof item !== 'object' || item === null) continue;
    if (Object.hasOwn(item, '__proto__'))
      throw new Failure('invalid_json', 'The body has a key "__proto__", which is not allowed. Remove it.');
    for (const child of Object.values(item)) left.push(child);
  }
}

function tooLarge(bytesMax: number): Failure {
  return new Failure('too_large', `The body is larger than ${Math.floor(bytesMax / 1024)} KiB. Send less at once.`);
}
