import type { IncomingHttpHeaders } from 'node:http';
import { parseForm, type Wire } from '../wire/form-body.ts';

/** One request the API received, with what became of it. */
export type ReceivedRequest = {
  method: string;
  path: string;
  params: Wire;
  idempotencyKey: string | null;
  stripeAccount: string | null;
  stripeVersion: string | null;
  atMs: number;
  status: number | null;
  requestId: string | null;
  replayed: boolean;
  /** How the answer was lost, if it was. */
  lost: string | null;
};

type Arrival = { method: string; path: string; query: string; body: string; headers: IncomingHttpHeaders };

type Outcome = Pick<ReceivedRequest, 'status' | 'requestId' | 'replayed' | 'lost'>;

const requestsKept = 10_000;

/** Every API request received, oldest first, up to the newest 10,000. */
export class RequestLog {
  readonly received: ReceivedRequest[] = [];
  private readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  begin(arrival: Arrival): ReceivedRequest {
    const header = (name: string) => (arrival.headers[name] === undefined ? null : String(arrival.headers[name]));
    const record = {
      method: arrival.method,
      path: arrival.path,
      params: readLoosely(arrival),
      idempotencyKey: header('idempotency-key'),
      stripeAccount: header('stripe-account'),
      stripeVersion: header('stripe-version'),
      atMs: this.nowMs(),
      status: null,
      requestId: null,
      replayed: false,
      lost: null,
    };
    this.received.push(record);
    if (this.received.length > requestsKept) this.received.shift();
    return record;
  }

  end(record: ReceivedRequest, outcome: Outcome): void {
    Object.assign(record, outcome);
  }
}

// The log shows what arrived even when it is about to be refused, so it never throws.
function readLoosely({ method, path, query, body }: Arrival): Wire {
  const text = method === 'GET' ? query.slice(1) : body;
  try {
    return path.startsWith('/v2/') && method !== 'GET' ? (JSON.parse(text || '{}') as Wire) : parseForm(text);
  } catch {
    return text;
  }
}
