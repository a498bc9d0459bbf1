import type { Logger } from './logger.ts';

const graceMs = 30_000;

/** Says "ready" to the process that started this one, if it listens. On the first SIGTERM or SIGINT runs `close`, then exits 0; exits 1 when closing fails or takes more than 30 s. Errors nobody caught are logged and end the process in the same way, with 1. */
export function whenStopped(logger: Logger, close: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), graceMs).unref();
    close().then(
      () => process.exit(process.exitCode ?? 0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  process.send?.('ready');
  // A child of `npm start` must not outlive it: the parent holds this pipe open.
  process.on('disconnect', () => stop('disconnect'));
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'uncaught exception');
    process.exitCode = 1;
    stop('uncaughtException');
  });
}
