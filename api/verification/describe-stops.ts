type Stopped = { state: string; outcome: string | null };

/** Why a run that did not succeed has no output, as the end of "its run …". The outcome is the sandbox's own word, never the agent's text. */
export function describeStop(run: Stopped): string {
  if (run.state === 'timed_out') return 'hit the 30 s limit';
  if (run.state === 'cancelled') return 'was cancelled by its owner';
  const outcome = (run.outcome ?? '').toLowerCase();
  if (outcome.includes('memory')) return 'ran out of memory';
  if (outcome.includes('stack')) return 'ran out of stack';
  if (outcome.includes('cpu')) return 'used up its processor time';
  if (outcome.includes('wall')) return 'hit the 30 s limit';
  if (outcome.includes('output')) return 'gave an output that is not acceptable JSON';
  return 'ended in an error';
}

/** One sentence for each way in which runs stopped: "3 private runs hit the 30 s limit." */
export function describeStops(runs: Stopped[]): string[] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    if (run.state === 'succeeded') continue;
    const way = describeStop(run);
    counts.set(way, (counts.get(way) ?? 0) + 1);
  }
  return [...counts].map(([way, count]) =>
    count === 1
      ? `1 private run ${way}.`
      : `${count} private runs ${way.replace(/^was /, 'were ').replace('its owner', 'their owner').replace('its processor', 'their processor')}.`,
  );
}
