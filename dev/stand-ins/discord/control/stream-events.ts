import type { ServerResponse } from 'node:http';
import type { EventFeed } from '../events.ts';

/** Server-sent events: each has the event's type as `event` and itself as JSON in `data`, until the reader leaves. */
export function streamEvents(events: EventFeed, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': connected\n\n');
  const stop = events.subscribe((event) => {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  });
  response.on('close', stop);
}
