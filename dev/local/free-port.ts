import { createServer } from 'node:net';

/** Whether nobody listens on a loopback port; 0 is always free. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Throws one sentence that says what to do when a port is taken. */
export async function demandFree(port: number, setting: string): Promise<void> {
  if (await isPortFree(port)) return;
  throw new Error(
    `Port ${port} is taken. Stop the program that uses it, or set ${setting} to another number, like ${setting}=${port + 100} npm start.`,
  );
}
