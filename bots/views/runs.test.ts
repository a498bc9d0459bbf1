import { describe, expect, it } from 'vitest';
import type { ExecutionWire } from '../../api/client/wire-types.ts';
import { writeActionId } from './view.ts';
import { oneRun, runList } from './runs.ts';

const run: ExecutionWire = {
  id: '0198c0de-0000-7000-8000-000000000001',
  state: 'queued',
  attempt: 1,
  class: 'interactive',
  versionId: 'v',
  agentCode: 'A-4QX',
  version: 3,
  bountyId: null,
  submissionId: null,
  isPrivate: false,
  outcome: null,
  cpuMs: null,
  wallMs: null,
  memoryPeakBytes: null,
  toolCalls: null,
  toolBytes: null,
  llmTokens: null,
  replayOf: null,
  createdAt: '2026-12-01T10:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  output: null,
  partial: null,
  error: null,
  logs: [],
  scores: null,
  waiting: '3 test runs are ahead of it.',
  engine: null,
  replay: null,
  calls: [],
};
const labels = (one: Partial<ExecutionWire>) => oneRun({ ...run, ...one }).actions?.map((action) => action.label);

describe('one run', () => {
  it('says why it waits, and can be cancelled', () => {
    expect(oneRun(run)).toMatchObject({ title: 'The run of A-4QX v3 waits', body: ['3 test runs are ahead of it.'] });
    expect(labels({})).toEqual(['Look again', 'Cancel', 'All runs']);
  });

  it('that failed shows its last lines, its partial output and what it used, and can be run again', () => {
    const logs = Array.from({ length: 20 }, (_, n) => ({
      seq: n,
      level: n === 19 ? 'error' : 'log',
      message: `line ${n}`,
      atMs: n,
    }));
    const failed = {
      state: 'failed' as const,
      waiting: null,
      logs,
      partial: { n: 1 },
      cpuMs: 12.34,
      memoryPeakBytes: 17 * 1024 ** 2,
      toolCalls: 1,
    };
    const view = oneRun({ ...run, ...failed, error: { code: 'GUEST_ERROR', message: 'no such thing' } });
    expect(view.code?.split('\n')).toEqual([
      ...logs.slice(8, 19).map((line) => line.message),
      'error: line 19',
      'partial output: {"n":1}',
    ]);
    expect(view).toMatchObject({
      tone: 'bad',
      body: ['no such thing'],
      footer: '12.3 ms of processor time · 17.0 MiB of memory · 1 tool call',
    });
    expect(labels(failed)).toEqual(['Look again', 'Run again', 'Replay', 'All runs']);
  });

  it('on a private case shows nothing of it, and of a competition nothing to do', () => {
    const view = oneRun({
      ...run,
      state: 'succeeded',
      waiting: null,
      isPrivate: true,
      class: 'competition',
      output: 'secret',
    });
    expect(JSON.stringify(view)).not.toContain('secret');
    expect(view.actions?.map((action) => action.label)).toEqual(['Look again', 'All runs']);
  });

  it('that is a replay says what it found', () => {
    const of = { of: 'x', isEqual: false, differsAt: 'log line 2' };
    expect(oneRun({ ...run, state: 'succeeded', waiting: null, replayOf: 'x', replay: of }).body).toEqual([
      'A replay: it first differs at log line 2.',
    ]);
  });

  it('that is a replay is made again from the run it repeats, not by itself', () => {
    expect(labels({ state: 'failed', waiting: null, replayOf: 'x' })).toEqual(['Look again', 'All runs']);
  });
});

describe('the list of runs', () => {
  it('opens each of the first four with a button that fits both chats', () => {
    const view = runList(
      Array.from({ length: 10 }, () => run),
      'A-4QX',
    );
    expect(view.table?.rows).toHaveLength(10);
    expect(view.actions).toHaveLength(5);
    for (const action of [...(view.actions ?? []), ...(oneRun({ ...run, state: 'failed' }).actions ?? [])]) {
      if ('command' in action) expect(writeActionId(action.command, action.options).length).toBeLessThanOrEqual(100);
    }
  });

  it('says which agent ran in which version', () => {
    expect(runList([run], undefined).table?.rows[0]).toContain('A-4QX v3');
    expect(oneRun(run).title).toBe('The run of A-4QX v3 waits');
  });

  it('says what to do when there is none', () => {
    expect(runList([], undefined).body?.[0]).toContain('/agent test');
  });
});
