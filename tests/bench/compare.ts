import type { Contender } from './contender.ts';
import { percentile, tableOf, type Figure } from './figures.ts';

type Comparison = {
  ours: Contender;
  plain: Contender;
  tuned: Contender;
  board(): Promise<{ perSecond: number; p95Ms: number }>;
  runs: number;
  idleRuns: number;
  rounds: number;
};

type Side = 'ours' | 'plain' | 'tuned';

const sides: Side[] = ['ours', 'plain', 'tuned'];
const idleWarmUps = 5;

/** Measures all sides in turns, so that a busy neighbour slows each, and answers the table: medians of the rounds, ratios over 1 are ours. */
export async function compare(comparison: Comparison): Promise<string> {
  const { runs, idleRuns, rounds } = comparison;
  for (const side of sides) await comparison[side].batch(Math.ceil(runs / 10));
  const rates = { ours: [] as number[], plain: [] as number[], tuned: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const side of sides) rates[side].push(await comparison[side].batch(runs));
  }
  for (let n = 0; n < idleWarmUps; n += 1) for (const side of sides) await comparison[side].single();
  const times = { ours: [] as number[], plain: [] as number[], tuned: [] as number[] };
  for (let n = 0; n < idleRuns; n += 1) for (const side of sides) times[side].push(await comparison[side].single());
  const at = (samples: Record<Side, number[]>, share: number) => ({
    ours: percentile(samples.ours, share),
    plain: percentile(samples.plain, share),
    tuned: percentile(samples.tuned, share),
  });
  const read = await comparison.board();
  const alone = { plain: null, tuned: null };
  const figures: Figure[] = [
    { what: `runs, submission → stored verdict (${runs})`, unit: '/s', ...at(rates, 0.5), moreIsBetter: true },
    { what: 'idle, submission → verdict, median', unit: 'ms', ...at(times, 0.5), moreIsBetter: false },
    { what: 'idle, submission → verdict, 99 %', unit: 'ms', ...at(times, 0.99), moreIsBetter: false },
    { what: 'leaderboard reads, 200 entries', unit: '/s', ours: read.perSecond, ...alone, moreIsBetter: true },
    { what: 'leaderboard read, 95 %', unit: 'ms', ours: read.p95Ms, ...alone, moreIsBetter: false },
  ];
  return [
    'Quarry: HTTP, a walled-off sandbox process, leases and fencing, metrics, verdict, events.',
    'Plain loop: pg-boss fetches one job, evaluates it in a fresh QuickJS context of its own process, stores a row, completes it; polls twice a second.',
    'Tuned: the same evaluation with pg-boss at its fastest, batches of a hundred woken by NOTIFY.',
    tableOf(figures),
  ].join('\n');
}
