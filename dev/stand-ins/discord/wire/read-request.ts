import type { IncomingMessage } from 'node:http';
import { apiError, ApiError, invalidField } from './api-error.ts';

/** A file of a multipart request; `index` is n of its field `files[n]`. */
export type UploadedFile = { index: number; filename: string; contentType: string; bytes: Buffer };

export type RequestBody = { json: unknown; files: UploadedFile[] };

/** Discord's limit for one request of a bot is 10 MiB a file and 25 MiB in all (without boosts). */
const bodyBytesMax = 25 * 1024 * 1024;
const fileBytesMax = 10 * 1024 * 1024;

/** Reads JSON, or multipart with `payload_json` and `files[n]`. No body gives `json: undefined`. Throws 400 or 413. */
export async function readRequest(request: IncomingMessage): Promise<RequestBody> {
  const bytes = await readBytes(request);
  const contentType = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return { json: undefined, files: [] };
  if (contentType.startsWith('application/json')) return { json: parseJson(bytes.toString('utf8')), files: [] };
  if (contentType.startsWith('multipart/form-data')) return readMultipart(bytes, contentType);
  throw new ApiError(
    400,
    50035,
    'Expected "Content-Type" header to be one of {application/json, multipart/form-data}.',
  );
}

/** The raw bytes of a request, at most 25 MiB. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax) throw apiError('tooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 50109, 'The request body contains invalid JSON.');
  }
}

async function readMultipart(bytes: Buffer, contentType: string): Promise<RequestBody> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  const files: UploadedFile[] = [];
  for (const [name, value] of form) {
    if (name === 'payload_json') continue;
    const index = /^files\[(\d)\]$/.exec(name)?.[1];
    if (index === undefined || typeof value === 'string')
      throw invalidField([name], 'UNKNOWN_FIELD', 'Only payload_json and files[0] to files[9] are read.');
    const file = Buffer.from(await value.arrayBuffer());
    if (file.length > fileBytesMax) throw apiError('tooLarge');
    const contentTypeOfFile = value.type === '' ? 'application/octet-stream' : value.type;
    files.push({ index: Number(index), filename: cleanName(value.name), contentType: contentTypeOfFile, bytes: file });
  }
  const payload = form.get('payload_json');
  return { json: typeof payload === 'string' ? parseJson(payload) : {}, files };
}

/** As Discord does: no folders, and only characters that are safe in a URL. */
function cleanName(name: string): string {
  return (name.split(/[\\/]/).at(-1) ?? '').replaceAll(/[^\w.-]+/g, '_') || 'unknown';
}
