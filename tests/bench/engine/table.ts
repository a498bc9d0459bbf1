import { contenderNames, type ContenderName } from './contender.ts';

/** One line of the table; null where a contender was not measured. */
export type Line = {
  what: string;
  unit: string;
  values: Partial<Record<ContenderName, number>>;
  moreIsBetter: boolean;
};

/** The figures as a table; the ratios are Quarry beside plain QuickJS, over 1 means that Quarry does better. */
export function tableOf(lines: Line[]): string {
  const head = [
    '',
    'Quarry fresh',
    'plain fresh',
    'ratio',
    'Quarry warm',
    'plain warm',
    'ratio',
    'isolated-vm',
    'node:vm',
  ];
  const rows = lines.map(({ what, unit, values, moreIsBetter }) => {
    const shown = (name: ContenderName) => (values[name] === undefined ? '–' : figure(values[name]));
    const ratio = (ours: ContenderName, peer: ContenderName) => {
      const [one, other] = [values[ours], values[peer]];
      if (one === undefined || other === undefined) return '–';
      return `${(moreIsBetter ? one / other : other / one).toFixed(2)}×`;
    };
    const [freshOurs, fresh, warmOurs, warm, isolated, node] = contenderNames;
    return [
      `${what}, ${unit}`,
      shown(freshOurs),
      shown(fresh),
      ratio(freshOurs, fresh),
      shown(warmOurs),
      shown(warm),
      ratio(warmOurs, warm),
      shown(isolated),
      shown(node),
    ];
  });
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Whether an aim is met, as a line. */
export function aimOf(what: string, value: number | undefined, atMost: number, unit: string): string {
  if (value === undefined || Number.isNaN(value)) return `not measured  ${what}`;
  return `${value <= atMost ? 'met    ' : 'not met'}  ${what}: ${figure(value)} ${unit}, aim ≤ ${atMost} ${unit}`;
}

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
