/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export type Figure = {
  what: string;
  unit: string;
  ours: number;
  plain: number | null;
  tuned: number | null;
  moreIsBetter: boolean;
};

/** The figures as a table; a ratio over 1 means that ours is better. */
export function tableOf(figures: Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${shown(figure.ours)} ${figure.unit}`,
    ...[figure.plain, figure.tuned].flatMap((peer) => {
      if (peer === null) return ['–', '–'];
      const ratio = figure.moreIsBetter ? figure.ours / peer : peer / figure.ours;
      return [`${shown(peer)} ${figure.unit}`, `${ratio.toFixed(2)}×`];
    }),
  ]);
  const all = [['', 'Quarry', 'plain loop', 'ratio', 'tuned', 'ratio'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
