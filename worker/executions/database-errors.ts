/** SQLSTATE classes after which the same statement may succeed: connection, rollback, resources, operator intervention (PostgreSQL, appendix A). */
const transientClasses = new Set(['08', '40', '53', '55', '57']);

/** Whether an error of the database passes by itself; an error without a SQLSTATE from pg or the network is one of the connection. */
export function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return transientClasses.has(code.slice(0, 2));
  if (typeof code === 'string') return /^E[A-Z]+$/.test(code);
  return /connection|timeout/i.test(message ?? '');
}
