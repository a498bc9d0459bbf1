import { createHash } from 'node:crypto';
import type { RecordedCall } from '../../api/executions/find-recorded-calls.ts';
import { reachesOut } from '../../api/tools/policy.ts';
import { Budget } from './budget.ts';
import { readArguments } from './read-arguments.ts';
import { toolLimits } from './limits.ts';
import { codeOf, openOurFaults, type OurFaults } from './our-faults.ts';
import type { ToolAnswer, ToolRecorder, ToolScope, ToolSession } from './tool-scope.ts';

/** Answers one tool. `budget` is what the run may still use, `seq` the number of the call in the run. */
export type Tool = (
  args: Record<string, unknown>,
  call: { seq: number; budget: RunBudget; signal: AbortSignal; ours: OurFaults['ours'] },
) => Promise<ToolAnswer>;

/** What a run may use over all its calls. */
export type RunBudget = { bytes: Budget; llmTokens: Budget };

type Ended = { json: string | null; code: string | null; bytes: number; llmTokens: number };

// A clock that rings so late was stopped, and this process with it.
const lateMs = 2_000;

/**
 * The tools of one run. Every call has a number, is written down before anything is sent, and its answer after; answers reach the agent one
 * at a time in the order they are written down in, which is what a replay repeats. After a fault of ours no call ends any more, so that the
 * agent never saw what the next attempt is not given.
 */
export function openSession(scope: ToolScope, recorder: ToolRecorder, tools: ReadonlyMap<string, Tool>): ToolSession {
  const budget: RunBudget = {
    bytes: new Budget(scope.limits.bytesMax),
    llmTokens: new Budget(scope.limits.llmTokensMax),
  };
  let calls = 0;
  const codes: string[] = [];
  const before = openRecording(scope.recorded);
  const { signal: fault, fail, ours } = openOurFaults();
  const over = AbortSignal.any([scope.signal, fault]);
  let settled = before.last;
  let line: Promise<unknown> = Promise.resolve();

  async function perform(seq: number, name: string, args: string): Promise<Ended> {
    try {
      const { value, bytes = 0, llmTokens = 0 } = await answer(seq, name, args);
      const json = JSON.stringify(value ?? null);
      return Buffer.byteLength(json) > toolLimits.answerBytesMax
        ? { json: null, code: 'too_large', bytes, llmTokens }
        : { json, code: null, bytes, llmTokens };
    } catch (error) {
      return { json: null, code: codeOf(error), bytes: 0, llmTokens: 0 };
    }
  }

  async function answer(seq: number, name: string, args: string): Promise<ToolAnswer> {
    const tool = tools.get(name);
    if (tool === undefined || !scope.grants.some((grant) => grant.name === name)) throw new Error('tool_denied');
    if (seq > scope.limits.callsMax) throw new Error('tool_limit');
    const startedMs = performance.now();
    const time = AbortSignal.timeout(toolLimits.wallMs);
    const signal = AbortSignal.any([over, time]);
    try {
      return await Promise.race([tool(readArguments(name, args), { seq, budget, signal, ours }), ended(signal)]);
    } catch (error) {
      if (over.aborted) throw new Error('cancelled', { cause: error });
      if (!time.aborted) throw error;
      const tookMs = performance.now() - startedMs;
      if (tookMs > toolLimits.wallMs + lateMs)
        throw fail(new Error('Timeout: the worker stood still while a tool was asked'));
      throw new Error('timeout', { cause: error });
    }
  }

  /** Writes an end down and lets it out, after every end before it. */
  function settle(seq: number, end: Ended, tookMs: number): Promise<Ended> {
    const { json: answer, code, bytes, llmTokens } = end;
    const turn = line.then(async () => {
      if (fault.aborted) throw new Error('cancelled');
      settled += 1;
      await ours(recorder.end(scope, { seq, answer, code, bytes, llmTokens, tookMs, settled }));
      return end;
    });
    line = turn.catch(() => undefined);
    return turn;
  }

  async function callLive(seq: number, name: string, argsHash: string, args: string): Promise<Ended> {
    // No result ever says so: without a lease it is refused.
    if (!(await ours(recorder.begin(scope, { seq, name, argsHash, args })))) throw new Error('lease_lost');
    const startedMs = performance.now();
    const end = await perform(seq, name, args);
    const tookMs = performance.now() - startedMs;
    // What we gave up has not ended: the attempt after this one makes the call again.
    if (end.code === 'cancelled') throw new Error('cancelled');
    await before.isOut;
    return settle(seq, end, tookMs);
  }

  async function callAgain(
    seq: number,
    known: RecordedCall,
    name: string,
    argsHash: string,
    args: string,
  ): Promise<Ended> {
    if (known.name !== name || known.argsHash !== argsHash)
      throw scope.mode === 'live'
        ? fail(new Error(`Call ${seq} differs from attempt to attempt`))
        : new Error('diverged');
    await before.turn(known);
    // What an earlier attempt used counts as used, so that limits and bills are those of one execution.
    budget.bytes.used += known.bytes;
    budget.llmTokens.used += known.llmTokens;
    // Scratch died with the earlier attempt: it is filled again, at once and so in the same order.
    if (!reachesOut(name)) void perform(seq, name, args);
    const end = { json: known.answer, code: known.code, bytes: known.bytes, llmTokens: known.llmTokens };
    if (scope.mode === 'live') return end;
    await ours(recorder.begin(scope, { seq, name, argsHash, args }));
    return settle(seq, end, 0);
  }

  async function answerOf(seq: number, name: string, args: string): Promise<string> {
    const argsHash = hashOf(name, args);
    const known = before.find(seq);
    if (known === undefined && scope.mode === 'replay') throw new Error('not_recorded');
    const end =
      known === undefined
        ? await callLive(seq, name, argsHash, args)
        : await callAgain(seq, known, name, argsHash, args);
    if (end.json === null) throw new Error(end.code ?? 'failed');
    return end.json;
  }

  return {
    async call({ name, args }) {
      try {
        return await answerOf((calls += 1), name, args);
      } catch (error) {
        codes.push(codeOf(error));
        throw error;
      }
    },
    usage: () => ({ calls, bytes: budget.bytes.used, llmTokens: budget.llmTokens.used }),
    failures: () => [...codes],
    fault,
  };
}

/**
 * Recorded answers, each held back until all that came before it are out; `isOut` when all are, and before that nothing new may be. A call
 * that was begun and never answered is as if never made.
 */
function openRecording(recorded: RecordedCall[]) {
  const answered = recorded.filter((call) => call.settled !== null).sort((a, b) => (a.settled ?? 0) - (b.settled ?? 0));
  const bySeq = new Map(answered.map((call) => [call.seq, call]));
  const turns = new Map(answered.map((call) => [call, Promise.withResolvers<void>()]));
  const { promise: isOut, resolve: allOut } = Promise.withResolvers<void>();
  let next = 0;
  const release = () => {
    const call = answered[next];
    if (call === undefined) allOut();
    else turns.get(call)?.resolve();
  };
  release();
  return {
    last: answered.at(-1)?.settled ?? 0,
    isOut,
    find: (seq: number) => bySeq.get(seq),
    async turn(call: RecordedCall): Promise<void> {
      await turns.get(call)?.promise;
      next += 1;
      release();
    },
  };
}

function ended(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(new Error('cancelled'));
  else signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
  return promise;
}

function hashOf(name: string, args: string): string {
  return createHash('sha256').update(name).update('\0').update(args).digest('hex');
}
