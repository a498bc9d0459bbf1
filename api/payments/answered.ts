/**
 * Passes on what Stripe answered when it is the object that was asked for. The SDK (23.1) resolves an error answer whose body has no
 * `error` key, as a proxy's may; that is an unknown outcome and throws, so that it is tried again.
 */
export function answered<T extends { id: string }>(what: string, object: T): T {
  const id: unknown = (object as { id?: unknown } | null)?.id;
  if (typeof id !== 'string' || id === '') throw new Error(`Stripe did not answer with a ${what}`);
  return object;
}
