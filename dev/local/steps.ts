const isTerminal = process.stdout.isTTY;

/** Shows one step while it runs and how long it took; a failure ends the line and is thrown on. */
export async function step<T>(name: string, run: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  if (isTerminal) process.stdout.write(`  … ${name}`);
  try {
    const result = await run();
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    process.stdout.write(`${isTerminal ? '\r' : ''}  ✓ ${name} (${seconds} s)\n`);
    return result;
  } catch (error) {
    process.stdout.write(`${isTerminal ? '\r' : ''}  ✗ ${name}\n`);
    throw error;
  }
}
