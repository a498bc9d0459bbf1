/** What the guest does: the source of a function `(input, api)`, and whether it may call the tool `bench.echo`. */
export type GuestRun = { source: string; input: string; hasTools?: boolean };

/** A pool of one engine, open and empty. */
export type OpenContender = {
  /** Runs once; answers JSON text. `onTool` answers a call of `api.tools.bench.echo`; when the signal fires, the run is stopped and rejects. */
  run(guest: GuestRun, onTool?: (args: string) => Promise<string>, signal?: AbortSignal): Promise<string>;
  /** Resident memory of the process that executes, in bytes. */
  residentBytes(): Promise<number>;
  close(): Promise<void>;
};

export type Contender = { name: ContenderName; open(threadsMax: number): Promise<OpenContender> };

export const contenderNames = [
  'Quarry fresh',
  'plain fresh',
  'Quarry warm',
  'plain warm',
  'isolated-vm',
  'node:vm',
] as const;

export type ContenderName = (typeof contenderNames)[number];

export const trivial: GuestRun = {
  source: 'async function run(input) { return { echo: input.n }; }',
  input: '{"n":7}',
};

/** Asks a tool once, so that one knows it has begun, and never ends. */
export const endless: GuestRun = {
  source: 'async function run(input, api) { await api.tools.bench.echo(0); for (;;); }',
  input: '{}',
  hasTools: true,
};

/** As many tool calls in a row as `input.calls`. */
export const toolCalls = (calls: number): GuestRun => ({
  source:
    'async function run(input, api) { let sum = 0; for (let n = 0; n < input.calls; n += 1) sum += await api.tools.bench.echo(1); return sum; }',
  input: JSON.stringify({ calls }),
  hasTools: true,
});
