import type { ServerResponse } from 'node:http';
import type { Context } from '../context.ts';

/** GET /attachments/:channel/:id/:filename, the stand-in's CDN: the file, or 404. */
export function serveFile({ world }: Context, response: ServerResponse, path: string): void {
  const [, , , id = '', name = ''] = path.split('/');
  const file = world.files.get(id);
  if (!file || encodeURIComponent(file.filename) !== name) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');
    return;
  }
  const bytes = Buffer.from(file.base64, 'base64');
  const headers = {
    'content-type': file.contentType,
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
  };
  // A file is always downloaded and never shown as a page of this origin, whose driver it could reach.
  response.writeHead(200, {
    ...headers,
    'content-disposition': `attachment; filename="${file.filename.replaceAll(/[^\w.-]/g, '_')}"`,
  });
  response.end(bytes);
}
