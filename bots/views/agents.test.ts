import { describe, expect, it } from 'vitest';
import type { AgentWire, ExecutionWire } from '../../api/client/wire-types.ts';
import { agentForked, agentList, agentTested, agentUploaded, agentVersions } from './agents.ts';
import { writeActionId } from './view.ts';

const agent: AgentWire = {
  id: 'a',
  code: 'A-4QX',
  name: 'Spam guard',
  kind: 'full_code',
  licence: 'private',
  versionId: 'v',
  version: 1,
  language: 'js',
  bytes: 10,
  contentHash: '',
  createdAt: '2026-12-01T10:00:00.000Z',
};
const run = {
  id: '0198c0de-0000-7000-8000-000000000001',
  state: 'succeeded',
  output: { n: 1 },
  partial: null,
  error: null,
  logs: [],
  waiting: null,
  cpuMs: 1,
} as unknown as ExecutionWire;

describe('an upload', () => {
  it('says who can read its source', () => {
    expect(agentUploaded(agent).body?.[0]).toContain('Nobody but you can read its source.');
    const shared = agentUploaded({ ...agent, licence: 'MIT', version: 2 });
    expect(shared.body?.[0]).toContain('It is under MIT: others may read and fork it.');
    expect(agentForked('A-7YZ', { ...agent, licence: 'MIT' }).body?.[0]).toContain('It is under MIT');
  });
});

describe('what there is of agents', () => {
  it('says how many versions there are, and that not all are shown', () => {
    const versions = Array.from({ length: 20 }, (_, n) => ({ ...agent, version: 25 - n }));
    const view = agentVersions({ ...agent, version: 25 }, versions);
    expect(view.title).toContain('25 versions');
    expect(view.footer).toBe('The newest 20 are shown.');
    expect(agentVersions(agent, [agent])).not.toHaveProperty('footer');
  });

  it('says that the list of agents is cut', () => {
    expect(agentList([agent], true).footer).toContain('The newest 1 are shown.');
    expect(agentList([agent], false)).not.toHaveProperty('footer');
  });
});

describe('a test', () => {
  it('that has not ended says so and why, with a button that looks again', () => {
    const view = agentTested('A-4QX', {
      ...run,
      state: 'queued',
      waiting: '3 test runs are ahead of it.',
      cpuMs: null,
    });
    expect(view).toMatchObject({ title: 'A-4QX still waits', body: ['3 test runs are ahead of it.'], tone: 'neutral' });
    const [again] = view.actions ?? [];
    expect(again).toMatchObject({ label: 'Look again', command: 'bounty runs' });
    expect(writeActionId('bounty runs', { run: run.id }).length).toBeLessThanOrEqual(100);
    expect(agentTested('A-4QX', { ...run, state: 'running' }).title).toBe('A-4QX is still running');
  });

  it('that failed shows why, the end of its log, and no output where there is none', () => {
    const logs = Array.from({ length: 30 }, (_, n) => ({ seq: n, level: 'log', message: `line ${n}`, atMs: n }));
    const error = { code: 'GUEST_ERROR', message: 'no such thing' };
    const view = agentTested('A-4QX', { ...run, state: 'failed', output: null, error, logs });
    expect(view).toMatchObject({ title: 'A-4QX failed', body: ['no such thing'], tone: 'warning' });
    expect(view.code?.split('\n')).toEqual(logs.slice(10).map(({ message }) => `log: ${message}`));
  });

  it('that ran out of time shows what the agent had by then', () => {
    const view = agentTested('A-4QX', { ...run, state: 'timed_out', output: null, partial: { best: 2 } });
    expect(view).toMatchObject({ title: 'A-4QX ran out of time', code: 'partial output: {"best":2}' });
  });
});
