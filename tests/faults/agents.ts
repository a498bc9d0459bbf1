import type { Context } from '../../api/platform/context.ts';

/**
 * An agent whose end is known beforehand. It answers `{ echo: input.n }`, fails on every n that `failsEvery` divides, and in every run
 * writes `logLines` lines and calls tools `toolCalls` times. `share` is how often it is picked. `prepare` gives an upload what it needs,
 * such as approved tools.
 */
export type FaultAgent = {
  name: string;
  share: number;
  source: string;
  failsEvery: number | null;
  logLines: number;
  toolCalls: number;
  prepare?(context: Context, upload: { accountId: string; agentUploadId: string }): Promise<void>;
};

export const agents: FaultAgent[] = [
  {
    name: 'trivial',
    share: 52,
    failsEvery: null,
    logLines: 0,
    toolCalls: 0,
    source: 'export default async function run(input) { return { echo: input.n }; }',
  },
  {
    name: 'burning about 100 ms',
    share: 16,
    failsEvery: null,
    logLines: 0,
    toolCalls: 0,
    source: `export default async function run(input) {
      let sum = 0;
      for (let n = 0; n < 1500000; n += 1) sum += n;
      return { echo: sum > 0 ? input.n : null };
    }`,
  },
  {
    name: 'logging',
    share: 16,
    failsEvery: null,
    logLines: 20,
    toolCalls: 0,
    source: `export default async function run(input) {
      for (let n = 0; n < 20; n += 1) console.log('line', n, 'of', input.n);
      return { echo: input.n };
    }`,
  },
  {
    name: 'failing on every third input',
    share: 16,
    failsEvery: 3,
    logLines: 1,
    toolCalls: 0,
    source: `export default async function run(input) {
      console.log('looking at', input.n);
      if (input.n % 3 === 0) throw new Error('I do not like ' + input.n);
      return { echo: input.n };
    }`,
  },
];
