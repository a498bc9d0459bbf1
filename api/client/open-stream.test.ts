import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { openStream } from './open-stream.ts';

let server: WebSocketServer;
let apiUrl: string;
const requests: { since?: number }[] = [];
let onRequest: (socket: WebSocket) => void = () => undefined;
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      requests.push(JSON.parse(data.toString('utf8')));
      onRequest(socket);
    }),
  );
});
afterAll(() => server.close());

describe('a client of the stream', () => {
  it('hears each change once, although some are told again when it resumes, and one with a lower number too', async () => {
    const event = (seq: number) => JSON.stringify({ seq, topic: 't', type: 'bounty.changed', payload: {} });
    const heard: number[] = [];
    const { promise: isOver, resolve } = Promise.withResolvers<void>();
    const reloads: string[] = [];
    onRequest = (socket) => {
      socket.send(JSON.stringify({ subscribed: ['t'] }));
      if (requests.length === 1) {
        for (const seq of [5, 7, 8]) socket.send(event(seq));
        setTimeout(() => socket.close(), 20);
        return;
      }
      socket.send(JSON.stringify({ reload: 'Read again.' }));
      for (const seq of [5, 6, 7, 8, 9]) socket.send(event(seq));
    };
    const stream = openStream({
      apiUrl,
      topics: ['t'],
      onEvent({ seq }) {
        heard.push(seq);
        if (seq === 9) resolve();
      },
      onReload: () => reloads.push('told'),
    });
    await isOver;
    stream.close();
    expect(heard).toEqual([5, 7, 8, 6, 9]);
    expect(requests[1]?.since).toBe(8);
    expect(reloads).toEqual(['told']);
  });
});
