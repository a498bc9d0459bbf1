import type { Contender } from './contender.ts';
import { percentile, tableOf, type Figure } from './figures.ts';

type Comparison = {
  ours: Contender;
  peer: Contender;
  board(): Promise<{ perSecond: number; p95Ms: number }>;
  runs: number;
  idleRuns: number;
  rounds: number;
};

const idleWarmUps = 5;

/** Measures both sides in turns, so that a busy neighbour slows both, and answers the table: medians of the rounds, ratios over 1 are ours. */
export async function compare({ ours, peer, board, runs, idleRuns, rounds }: Comparison): Promise<string> {
  const warmUp = Math.ceil(runs / 10);
  await ours.batch(warmUp);
  await peer.batch(warmUp);
  const rates = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    rates.ours.push(await ours.batch(runs));
    rates.peer.push(await peer.batch(runs));
  }
  for (let n = 0; n < idleWarmUps; n += 1) await Promise.all([ours.single(), peer.single()]);
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let n = 0; n < idleRuns; n += 1) {
    times.ours.push(await ours.single());
    times.peer.push(await peer.single());
  }
  const idle = (share: number) => ({
    unit: 'ms',
    ours: percentile(times.ours, share),
    peer: percentile(times.peer, share),
    moreIsBetter: false,
  });
  const read = await board();
  const rate = { unit: '/s', ours: percentile(rates.ours, 0.5), peer: percentile(rates.peer, 0.5), moreIsBetter: true };
  const figures: Figure[] = [
    { what: `runs, submission → stored verdict (${runs})`, ...rate },
    { what: 'idle, submission → verdict, median', ...idle(0.5) },
    { what: 'idle, submission → verdict, 99 %', ...idle(0.99) },
    { what: 'leaderboard reads, 200 entries', unit: '/s', ours: read.perSecond, peer: null, moreIsBetter: true },
    { what: 'leaderboard read, 95 %', unit: 'ms', ours: read.p95Ms, peer: null, moreIsBetter: false },
  ];
  return [
    'Quarry: HTTP, a walled-off sandbox process, leases and fencing, metrics, verdict, events.',
    'Peer: pg-boss 12 (NOTIFY, batches of 100) evaluating in a fresh QuickJS context of its own process, one row a run.',
    tableOf(figures),
  ].join('\n');
}
