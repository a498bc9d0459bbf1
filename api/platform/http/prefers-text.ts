/**
 * Whether a caller's `Accept` asks for this text before JSON: the first of its types that is one of the two decides, in the order written;
 * weights are not read. JSON where nothing is said.
 */
export function prefersText(headers: Record<string, string | string[] | undefined>, type: string): boolean {
  const accept = headers['accept'];
  if (typeof accept !== 'string') return false;
  for (const part of accept.split(',')) {
    const name = part.split(';')[0]?.trim().toLowerCase();
    if (name === type) return true;
    if (name === 'application/json' || name === '*/*' || name === 'application/*') return false;
  }
  return false;
}
