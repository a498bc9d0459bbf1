import { describe, expect, it } from 'vitest';
import { resultOf, useEngineBench } from '../../tests/support/engine-bench.ts';
import type { ClaimedExecution } from '../executions/claim-executions.ts';
import { beginToolCall, endToolCall } from '../executions/record-tool-calls.ts';
import type { ExecutionResult } from '../executions/result.ts';
import { findFlags } from './find-flags.ts';
import { findHiddenCharacters } from './find-hidden-characters.ts';

const bench = useEngineBench();

async function claimed(): Promise<ClaimedExecution> {
  await bench.queueTests(1);
  const [execution] = await bench.claimAll();
  if (execution === undefined) throw new Error('nothing was claimed');
  return execution;
}

/** Runs an execution that calls these tools, each with how it ended. */
async function ran(calls: [tool: string, code: string | null][], change: Partial<ExecutionResult> = {}) {
  const execution = await claimed();
  const { id: executionId, attempt, leaseToken } = execution;
  for (const [index, [name, code]] of calls.entries()) {
    const seq = index + 1;
    const lease = { executionId, attempt, leaseToken };
    await beginToolCall(bench.t.context, lease, { seq, name, argsHash: 'x', args: '{}' });
    const answer = code === null ? 'null' : null;
    await endToolCall(bench.t.context, lease, { seq, answer, code, bytes: 0, llmTokens: 0, tookMs: 1, settled: seq });
  }
  const usage = { calls: calls.length, bytes: 0, llmTokens: 0 };
  await bench.finish([resultOf(execution, { usage, ...change })]);
  return executionId;
}

const auditOf = (subject: string) =>
  bench.t.database('security_audit_log').where({ subject }).select('action', 'account_id', 'details');

describe('tool-scope-escalation: a run that asks for what it was not granted', () => {
  it('is in the audit log once, with the tools it asked for', async () => {
    const id = await ran([
      ['http.get', 'tool_denied'],
      ['kv.get', null],
      ['connector.call', 'tool_denied'],
      ['http.get', 'tool_denied'],
    ]);
    expect(await auditOf(id)).toEqual([
      {
        action: 'tool.denied',
        account_id: bench.owner,
        details: { agentVersionId: bench.agent.versionId, tools: ['connector.call', 'http.get'], times: 3 },
      },
    ]);
  });

  it('and only such a run: others are not, and no attempt that ended by a fault of ours', async () => {
    expect(await auditOf(await ran([['http.get', 'host_denied']]))).toEqual([]);
    expect(await auditOf(await ran([]))).toEqual([]);
    const fault = { state: 'fault', outcome: 'HOST_FAULT', output: null } as const;
    expect(await auditOf(await ran([['http.get', 'tool_denied']], fault))).toEqual([]);
  });
});

describe('a version in which the sandbox fails', () => {
  it('is shown to moderators after the fifth time', async () => {
    const suspicions = [{ rule: 'sandbox_fault', evidence: { why: 'The host process ended' } }];
    const failed = () => ran([], { state: 'fault', outcome: 'HOST_FAULT', output: null, suspicions });
    const shown = async () => (await findFlags(bench.t.database, 'open')).map((flag) => [flag.rule, flag.times]);
    for (let times = 1; times <= 4; times += 1) await failed();
    expect(await shown()).toEqual([]);
    await failed();
    expect(await shown()).toEqual([['sandbox_fault', 5]]);
  });
});

describe('characters that nobody sees', () => {
  it('are found with their line, written out, twenty lines at most', () => {
    expect(findHiddenCharacters('plain\ntext é 日本 עברית')).toEqual([]);
    expect(findHiddenCharacters('a\r\nb\u202ec\u2069\nd\u200be')).toEqual([
      { line: 2, text: 'b\\u202ec\\u2069' },
      { line: 3, text: 'd\\u200be' },
    ]);
    expect(findHiddenCharacters('x\u2066\n'.repeat(50))).toHaveLength(20);
    const [place] = findHiddenCharacters(`${'y'.repeat(500_000)}\u202e${'z'.repeat(500_000)}`);
    expect(place?.text).toBe(`${'y'.repeat(40)}\\u202e${'z'.repeat(79)}`);
  });

  it('do not count where they belong: behind emoji, Arabic letters and marks, and at the start of a file', () => {
    expect(findHiddenCharacters('\ufeff👩‍💻 👩🏽‍💻 می‌خواهم क्‍ष')).toEqual([]);
    expect(findHiddenCharacters('is\u200dAdmin')).toHaveLength(1);
    expect(findHiddenCharacters('x\ufeff')).toHaveLength(1);
  });
});
