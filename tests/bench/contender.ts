import pg from 'pg';

/** One side of the comparison, started and warm. */
export type Contender = {
  /** Runs a batch of trivial agents; answers runs a second, from submission to the last stored result. */
  batch(runs: number): Promise<number>;
  /** One run on an idle machine; answers milliseconds from asking to the stored result. */
  single(): Promise<number>;
  close(): Promise<void>;
};

export type Count = { more(by: number): Promise<void>; close(): Promise<void> };

/** Counts notifications on a channel; `more(n)` resolves when n more have come than were asked for before. */
export async function countNotifications(databaseUrl: string, channel: string): Promise<Count> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  let seen = 0;
  let asked = 0;
  let waiting: () => void = () => undefined;
  client.on('notification', () => {
    seen += 1;
    if (seen >= asked) waiting();
  });
  await client.query(`listen ${channel}`);
  return {
    more(by) {
      asked += by;
      if (seen >= asked) return Promise.resolve();
      return new Promise((resolve) => (waiting = resolve));
    },
    close: () => client.end(),
  };
}
