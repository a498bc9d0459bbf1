/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export type Figure = {
  what: string;
  unit: string;
  ours: number;
  peer: number | null;
  moreIsBetter: boolean;
  note?: string;
};

/** The figures as a table; a ratio over 1 means that ours is better. */
export function tableOf(figures: Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${shown(figure.ours)} ${figure.unit}`,
    figure.peer === null ? '–' : `${shown(figure.peer)} ${figure.unit}`,
    figure.peer === null
      ? '–'
      : `${(figure.moreIsBetter ? figure.ours / figure.peer : figure.peer / figure.ours).toFixed(2)}×`,
    figure.note ?? '',
  ]);
  const all = [['', 'Quarry', 'peer', 'ratio', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
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
