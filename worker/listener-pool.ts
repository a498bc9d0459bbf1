import type pg from 'pg';

export type ListenerPool = {
  pool: pg.Pool;
  /** Gives back what is out, and lends nothing any more: who still waits for a connection waits for ever, and is forgotten with it. */
  close(): void;
};

/**
 * The pool as Agenda's notification channel may see it. That channel forgets a connection which fails while it begins to listen, and one
 * that it gets after it was closed: each would stay lent for ever, so that jobs stop when all are and the end of the pool never comes.
 * Here every connection comes back by itself when it is lost. What is asked of the pool otherwise goes to the pool.
 */
export function openListenerPool(pool: pg.Pool): ListenerPool {
  const lent = new Set<pg.PoolClient>();
  let isClosed = false;

  function connect(): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      pool.connect().then(
        (client) => {
          lend(client);
          if (isClosed) client.release(true);
          else resolve(client);
        },
        (error: unknown) => {
          if (!isClosed) reject(error as Error);
        },
      );
    });
  }

  /** The channel gives back what it knows of: the second time is ignored. */
  function lend(client: pg.PoolClient): void {
    const release = client.release.bind(client);
    const lose = () => client.release(true);
    client.release = (destroy) => {
      if (!lent.delete(client)) return;
      client.off('error', lose).off('end', lose);
      release(destroy);
    };
    lent.add(client);
    client.on('error', lose).on('end', lose);
  }

  return {
    pool: Object.assign(Object.create(pool) as pg.Pool, { connect, query: pool.query.bind(pool) }),
    close() {
      isClosed = true;
      for (const client of lent) client.release(true);
    },
  };
}
