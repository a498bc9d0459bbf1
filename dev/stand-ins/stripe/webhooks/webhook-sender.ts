import { newId, type Delivery, type World } from '../world.ts';
import { postWebhook } from './post-webhook.ts';

/**
 * How webhooks misbehave. `delayMs` waits before each; `duplicate` sends each that many times (true: twice);
 * `reorder` sends the newest first; `drop` loses the next ones (a number) or all (true), though their events stay listed;
 * `hold` keeps them until a flush.
 */
export type WebhookBehaviour = {
  delayMs: number;
  duplicate: boolean | number;
  reorder: boolean;
  drop: boolean | number;
  hold: boolean;
};

export type WebhookOptions = {
  world: World;
  secret: string;
  url: string | undefined;
  nowMs: () => number;
  log: (line: string) => void;
  keep: () => void;
};

/** One attempt to deliver: `outcome` is the status of the answer, `dropped`, or what went wrong on the way. */
export type Attempt = { eventId: string; type: string; attempt: number; outcome: string };

// Stripe goes on for three days; a developer waits for minutes at most, so the first steps are short.
const backoffMs = [
  500, 2_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];

// Long enough that the events of one change are together before they are turned round.
const reorderWindowMs = 150;

const flushAttemptsMax = 5;

const attemptsKept = 5_000;

/** Delivers events one at a time, retrying with growing pauses whatever is not answered with 2xx. Must be closed. */
export class WebhookSender {
  readonly attempts: Attempt[] = [];
  behaviour: WebhookBehaviour = { delayMs: 0, duplicate: false, reorder: false, drop: false, hold: false };
  private readonly options: WebhookOptions;
  private readonly stop = new AbortController();
  private url: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private isPumping = false;

  constructor(options: WebhookOptions) {
    this.options = options;
    this.url = options.url;
    this.schedule();
  }

  send(event: { id: string; type: string; body: string }): void {
    if (this.takeDrop()) {
      this.note({ eventId: event.id, type: event.type, attempt: 0, outcome: 'dropped' });
      return;
    }
    const { behaviour } = this;
    const copies = behaviour.duplicate === true ? 2 : Math.max(1, Number(behaviour.duplicate));
    const waitMs = behaviour.delayMs + (behaviour.reorder ? reorderWindowMs : 0);
    for (let copy = 0; copy < copies; copy += 1) {
      const dueAtMs = behaviour.hold ? null : Date.now() + waitMs;
      const delivery = {
        id: newId('whd_'),
        eventId: event.id,
        type: event.type,
        body: event.body,
        attempt: 0,
        dueAtMs,
      };
      this.waiting.set(delivery.id, delivery);
    }
    this.schedule();
  }

  /** Sends everything that waits, now and whatever its pause, trying each up to five times. */
  async flush(): Promise<{ delivered: number; undelivered: string[] }> {
    let delivered = 0;
    const tries = new Map<string, number>();
    const next = () => this.first((delivery) => (tries.get(delivery.id) ?? 0) < flushAttemptsMax);
    for (let delivery = next(); delivery && this.url !== undefined && !this.stop.signal.aborted; delivery = next()) {
      tries.set(delivery.id, (tries.get(delivery.id) ?? 0) + 1);
      if (await this.deliverInTurn(delivery)) delivered += 1;
    }
    await this.running;
    this.schedule();
    return { delivered, undelivered: [...this.waiting.values()].map(({ type }) => type) };
  }

  setBehaviour(change: Partial<WebhookBehaviour>): void {
    this.behaviour = { ...this.behaviour, ...change };
    if (change.hold === false) for (const delivery of this.waiting.values()) delivery.dueAtMs ??= Date.now();
    this.schedule();
  }

  setUrl(url: string): void {
    this.url = url;
    for (const delivery of this.waiting.values()) if (delivery.dueAtMs !== null) delivery.dueAtMs = Date.now();
    this.schedule();
  }

  async close(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private get waiting(): Map<string, Delivery> {
    return this.options.world.deliveries;
  }

  private takeDrop(): boolean {
    const { drop } = this.behaviour;
    if (typeof drop === 'boolean') return drop;
    if (drop > 0) this.behaviour = { ...this.behaviour, drop: drop - 1 };
    return drop > 0;
  }

  private note(attempt: Attempt): void {
    this.attempts.push(attempt);
    if (this.attempts.length > attemptsKept) this.attempts.shift();
  }

  private first(accept: (delivery: Delivery) => boolean): Delivery | undefined {
    const accepted = [...this.waiting.values()].filter(accept);
    return this.behaviour.reorder ? accepted.at(-1) : accepted[0];
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.url === undefined || this.stop.signal.aborted) return;
    const dueAtMs = Math.min(...[...this.waiting.values()].map((delivery) => delivery.dueAtMs ?? Infinity));
    if (dueAtMs === Infinity) return;
    this.timer = setTimeout(() => void this.pump(), Math.min(Math.max(0, dueAtMs - Date.now()), 60_000)).unref();
  }

  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    const next = () => this.first(({ dueAtMs }) => dueAtMs !== null && dueAtMs <= Date.now());
    for (let delivery = next(); delivery && !this.stop.signal.aborted; delivery = next())
      await this.deliverInTurn(delivery);
    this.isPumping = false;
    this.schedule();
  }

  // One request at a time, whether the clock or a flush asked for it.
  private deliverInTurn(delivery: Delivery): Promise<boolean> {
    const attempt = this.running.then(() => this.deliver(delivery));
    this.running = attempt;
    return attempt;
  }

  private async deliver(delivery: Delivery): Promise<boolean> {
    if (!this.waiting.has(delivery.id) || this.url === undefined || this.stop.signal.aborted) return false;
    const seconds = Math.floor(this.options.nowMs() / 1000);
    const outcome = await postWebhook(this.url, delivery.body, {
      secret: this.options.secret,
      seconds,
      stop: this.stop.signal,
    });
    if (this.stop.signal.aborted) return false;
    delivery.attempt += 1;
    this.note({ eventId: delivery.eventId, type: delivery.type, attempt: delivery.attempt, outcome });
    const isDelivered = /^2\d\d$/.test(outcome);
    if (isDelivered) this.settle(delivery);
    else this.postpone(delivery, outcome);
    this.options.keep();
    return isDelivered;
  }

  private settle(delivery: Delivery): void {
    this.waiting.delete(delivery.id);
    const event = this.options.world.events.get(delivery.eventId);
    if (event) event.pending_webhooks = 0;
  }

  private postpone(delivery: Delivery, outcome: string): void {
    const waitMs = backoffMs[delivery.attempt - 1];
    const told = `stripe stand-in: webhook ${delivery.type} was answered with ${outcome}`;
    if (waitMs === undefined) {
      this.waiting.delete(delivery.id);
      this.options.log(`${told}; gave up after ${delivery.attempt} attempts.`);
      return;
    }
    if (delivery.dueAtMs !== null) delivery.dueAtMs = Date.now() + waitMs;
    this.options.log(`${told}; the next attempt is in ${waitMs} ms.`);
  }
}
