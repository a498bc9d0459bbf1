import type { Limits } from './limits.ts';
import type { OutcomeStatus } from './sandbox-types.ts';

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;

/** What the author of an agent reads about an outcome: what happened, and what to try. */
export function describeOutcome(status: OutcomeStatus, limits: Limits): string {
  const sentences: Record<OutcomeStatus, string> = {
    OK: 'It ended well.',
    GUEST_ERROR: 'The agent threw an error.',
    LIMIT_CPU: `The agent used ${seconds(limits.cpuMs)} of processor time, which is the limit. Look for a loop that does not end.`,
    LIMIT_WALL: `The agent ran for ${seconds(limits.wallMs)}, which is the limit. Call emit() with what you have so far, so that it counts as partial output.`,
    LIMIT_MEMORY: `The agent used ${kib(limits.memoryBytesMax)} of memory, which is the limit. Work in smaller pieces.`,
    LIMIT_STACK: 'The agent called itself too deeply. Turn the recursion into a loop.',
    LIMIT_OUTPUT: `The output is larger than ${kib(limits.outputBytesMax)} of JSON, which is the limit. Return less.`,
    LIMIT_LOG: `The agent logged far more than ${kib(limits.logBytesMax)} and was stopped. Log less.`,
    LIMIT_TOOL: `The agent made more than ${limits.toolCallsMax} tool calls, which is the limit.`,
    OUTPUT_REJECTED: `The output is not plain JSON: it must have no cycles, no key named __proto__, constructor or prototype, no NUL character, at most ${limits.outputDepthMax} levels and ${limits.outputKeysMax} keys.`,
    TOOL_DENIED: 'The agent asked for a tool it is not approved for.',
    CANCELLED: 'It was cancelled.',
    HOST_FAULT: 'Something failed on our side. It is run again and does not count against the agent.',
  };
  return sentences[status];
}
