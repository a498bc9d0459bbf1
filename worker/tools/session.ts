import { createHash } from 'node:crypto';
import type { RecordedCall } from '../../api/executions/find-recorded-calls.ts';
import type { ToolUsage } from '../../api/executions/result.ts';
import { readArguments } from './read-arguments.ts';
import { toolLimits } from './limits.ts';
import type { ToolAnswer, ToolRecorder, ToolScope, ToolSession } from './tool-scope.ts';

/** Answers one tool. `usage` is what the run has used so far, `seq` the number of the call in the run. */
export type Tool = (
  args: Record<string, unknown>,
  call: { seq: number; usage: ToolUsage; signal: AbortSignal },
) => Promise<ToolAnswer>;

type Ended = { json: string | null; code: string | null; bytes: number; llmTokens: number };

/**
 * The tools of one run. Every call has a number, is written down before anything is sent, and its answer after; answers reach the agent one
 * at a time in the order they are written down in, which is what a replay repeats.
 */
export function openSession(scope: ToolScope, recorder: ToolRecorder, tools: ReadonlyMap<string, Tool>): ToolSession {
  const usage: ToolUsage = { calls: 0, bytes: 0, llmTokens: 0 };
  const codes: string[] = [];
  const before = openRecording(scope.recorded);
  let settled = before.last;
  let line: Promise<unknown> = Promise.resolve();

  async function perform(seq: number, name: string, args: string): Promise<Ended> {
    try {
      const { value, bytes = 0, llmTokens = 0 } = await answer(seq, name, args);
      usage.bytes += bytes;
      usage.llmTokens += llmTokens;
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
    if (seq > scope.limits.callsMax || usage.bytes >= scope.limits.bytesMax) throw new Error('tool_limit');
    const time = AbortSignal.timeout(toolLimits.wallMs);
    const signal = AbortSignal.any([scope.signal, time]);
    try {
      return await Promise.race([tool(readArguments(name, args), { seq, usage, signal }), ended(signal)]);
    } catch (error) {
      throw time.aborted ? new Error('timeout', { cause: error }) : error;
    }
  }

  /** Writes an end down and lets it out, after every end before it. */
  function settle(seq: number, end: Ended, tookMs: number): Promise<Ended> {
    const turn = line.then(async () => {
      settled += 1;
      await recorder.end(scope, {
        seq,
        answer: end.json,
        code: end.code,
        bytes: end.bytes,
        llmTokens: end.llmTokens,
        tookMs,
        settled,
      });
      return end;
    });
    line = turn.catch(() => undefined);
    return turn;
  }

  async function callLive(seq: number, name: string, argsHash: string, args: string): Promise<Ended> {
    if (!(await recorder.begin(scope, { seq, name, argsHash, args })))
      return { json: null, code: 'lease_lost', bytes: 0, llmTokens: 0 };
    const startedMs = performance.now();
    const end = await perform(seq, name, args);
    return settle(seq, end, performance.now() - startedMs);
  }

  async function callAgain(
    seq: number,
    known: RecordedCall,
    name: string,
    argsHash: string,
    args: string,
  ): Promise<Ended> {
    if (known.name !== name || known.argsHash !== argsHash)
      return { json: null, code: 'diverged', bytes: 0, llmTokens: 0 };
    await before.turn(known);
    const end = { json: known.answer, code: known.code, bytes: 0, llmTokens: 0 };
    if (scope.mode === 'live') return end;
    await recorder.begin(scope, { seq, name, argsHash, args });
    return settle(seq, end, 0);
  }

  return {
    async call({ name, args }) {
      const seq = (usage.calls += 1);
      const argsHash = hashOf(name, args);
      const known = before.find(seq);
      const end =
        known !== undefined
          ? await callAgain(seq, known, name, argsHash, args)
          : scope.mode === 'replay'
            ? { json: null, code: 'not_recorded' }
            : await callLive(seq, name, argsHash, args);
      if (end.json !== null) return end.json;
      const code = end.code ?? 'failed';
      codes.push(code);
      throw new Error(code);
    },
    usage: () => ({ ...usage }),
    failures: () => [...codes],
  };
}

/** Recorded answers, each held back until all that came before it are out. A call that was begun and never answered is as if never made. */
function openRecording(recorded: RecordedCall[]) {
  const answered = recorded.filter((call) => call.settled !== null).sort((a, b) => (a.settled ?? 0) - (b.settled ?? 0));
  const bySeq = new Map(answered.map((call) => [call.seq, call]));
  const turns = new Map(answered.map((call) => [call, Promise.withResolvers<void>()]));
  let next = 0;
  const release = () => {
    turns.get(answered[next] as RecordedCall)?.resolve();
  };
  if (answered.length > 0) release();
  return {
    last: answered.at(-1)?.settled ?? 0,
    find: (seq: number) => bySeq.get(seq),
    async turn(call: RecordedCall): Promise<void> {
      await turns.get(call)?.promise;
      next += 1;
      if (next < answered.length) release();
    },
  };
}

function ended(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(new Error('cancelled'));
  else signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
  return promise;
}

function codeOf(error: unknown): string {
  return error instanceof Error && /^[a-z_]{1,40}$/.test(error.message) ? error.message : 'failed';
}

function hashOf(name: string, args: string): string {
  return createHash('sha256').update(name).update('\0').update(args).digest('hex');
}
