import type { Callback } from './schema/callback.ts';
import type { Channel, Message } from './world/world.ts';

/** Everything that happens in the stand-in, in order. Listeners, the event stream and `waitFor` are fed from it. */
export type StandInEvent =
  | { type: 'message.created' | 'message.updated'; channelId: string; ephemeralFor: string | null; message: Message }
  | { type: 'message.deleted'; channelId: string; messageId: string }
  | { type: 'channel.created' | 'channel.updated' | 'channel.deleted'; channel: Channel }
  | { type: 'commands.changed' }
  | { type: 'interaction.sent'; interactionId: string; userId: string; channelId: string; what: string }
  | { type: 'interaction.answered'; interactionId: string; callbackType: Callback['type'] }
  | { type: 'modal.opened'; modalId: string; userId: string; channelId: string }
  | { type: 'gateway.ready' | 'gateway.resumed' | 'gateway.closed'; sessionId: string; code?: number }
  | { type: 'rest.answered'; method: string; path: string; status: number; body: unknown }
  | { type: 'warning'; warning: Warning };

/** Something Discord lets through and we should not do. */
export type Warning = { atMs: number; code: string; message: string };

export type EventFeed = {
  emit(event: StandInEvent): void;
  /** Calls the listener for every event until the returned function is called. */
  subscribe(listener: (event: StandInEvent) => void): () => void;
  /**
   * Resolves with the first truthy answer of `find`, which is asked at once and again after every event; rejects with a
   * sentence after `timeoutMs`. `what` is named in that sentence.
   */
  waitFor<T>(find: () => T | null | undefined | false, timeoutMs: number, what?: string): Promise<T>;
  close(): void;
};

export function eventFeed(): EventFeed {
  const listeners = new Set<(event: StandInEvent) => void>();
  const waiting = new Set<(error: Error) => void>();
  const subscribe = (listener: (event: StandInEvent) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe,
    waitFor: <T>(find: () => T | null | undefined | false, timeoutMs: number, what = 'what was waited for') => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const look = () => {
        try {
          const found = find();
          if (found) settle(() => resolve(found));
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const stop = subscribe(look);
      const give = (error: Error) => settle(() => reject(error));
      const timer = setTimeout(() => give(new Error(`Waited ${timeoutMs} ms in vain for ${what}.`)), timeoutMs);
      const settle = (finish: () => void) => {
        stop();
        clearTimeout(timer);
        waiting.delete(give);
        finish();
      };
      waiting.add(give);
      look();
      return promise;
    },
    close: () => {
      for (const give of waiting) give(new Error('The Discord stand-in was closed.'));
      listeners.clear();
    },
  };
}
