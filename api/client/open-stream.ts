/** A live change: `seq` orders all changes, `topic` is the one subscribed to. */
export type StreamEvent = {
  seq: number;
  topic: string;
  type: string;
  bountyId: string | null;
  executionId: string | null;
  payload: Record<string, unknown>;
};

export type StreamState = 'connecting' | 'live' | 'lost' | 'closed';

export type StreamOptions = {
  apiUrl: string;
  credential?: string | undefined;
  topics: string[];
  /** Events after this one are told first; absent: only what happens from now on. */
  since?: number | undefined;
  /** Called once for each change; after a resumption one may come that has a lower number than the last. */
  onEvent(event: StreamEvent): void;
  /** Too much was missed to be told: read again what is shown. */
  onReload?(): void;
  onState?(state: StreamState): void;
};

const backoffMinMs = 500;
const backoffMaxMs = 30_000;
// More than the server tells again when a reader resumes.
const rememberedMax = 1_000;

type Message = Partial<StreamEvent> & { subscribed?: string[]; reload?: string };

/**
 * Listens to topics over the WebSocket `/api/stream`. When the connection breaks it comes back by itself, waiting longer each time
 * (with jitter, so that a thousand pages do not come back at once), and asks for what it missed.
 */
export function openStream(options: StreamOptions): { close(): void } {
  let socket: WebSocket | null = null;
  let lastSeq = options.since;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const heard = new Set<number>();

  function connect(): void {
    options.onState?.('connecting');
    const url = new URL(`${options.apiUrl}/api/stream`);
    url.protocol = url.protocol.replace('http', 'ws');
    if (options.credential) url.searchParams.set('token', options.credential);
    socket = new WebSocket(url);
    socket.onopen = () =>
      socket?.send(JSON.stringify({ subscribe: options.topics, ...(lastSeq === undefined ? {} : { since: lastSeq }) }));
    socket.onmessage = ({ data }) => receive(JSON.parse(String(data)) as Message);
    socket.onclose = () => {
      socket = null;
      if (closed) return;
      options.onState?.('lost');
      const waitMs = Math.min(backoffMaxMs, backoffMinMs * 2 ** failures) * (0.5 + Math.random() / 2);
      failures += 1;
      timer = setTimeout(connect, waitMs);
    };
    // An error is always followed by a close, which handles it.
    socket.onerror = () => {};
  }

  function receive(message: Message): void {
    if (message.subscribed) {
      failures = 0;
      options.onState?.('live');
    }
    if (message.reload !== undefined) options.onReload?.();
    if (message.seq === undefined || heard.has(message.seq)) return;
    heard.add(message.seq);
    const [oldest] = heard;
    if (heard.size > rememberedMax && oldest !== undefined) heard.delete(oldest);
    lastSeq = Math.max(lastSeq ?? 0, message.seq);
    options.onEvent(message as StreamEvent);
  }

  connect();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
      options.onState?.('closed');
    },
  };
}
