import type { RecordedCall } from '../../api/executions/find-recorded-calls.ts';
import type { BegunCall, EndedCall } from '../../api/executions/record-tool-calls.ts';
import type { ToolUsage } from '../../api/executions/result.ts';
import type { AuthorizedRequest } from '../../api/integrations/redeem-token.ts';
import type { Grant } from '../../api/tools/policy.ts';

/** Everything the broker knows of one execution; it outlives no attempt. */
export type ToolScope = {
  executionId: string;
  attempt: number;
  leaseToken: string;
  agentUploadId: string;
  grants: Grant[];
  limits: ToolLimits;
  signal: AbortSignal;
  /** Answers that were given before, to an attempt that died or to the run that is repeated: given again in the order they came. */
  recorded: RecordedCall[];
  /** 'replay': nothing is sent, and what was not recorded is refused. */
  mode: 'live' | 'replay';
};

/** What one run may use of its tools. */
export type ToolLimits = { callsMax: number; bytesMax: number; llmTokensMax: number };

/** Where each call is written down: before anything is sent, and when it has ended. */
export type ToolRecorder = {
  /** False when the execution is no longer ours: nothing may be sent. */
  begin(scope: ToolScope, call: BegunCall): Promise<boolean>;
  end(scope: ToolScope, call: EndedCall): Promise<void>;
};

/** Where credentials come from. Throws Error('tool_denied') for what this execution may not use; anything else is a fault of ours. */
export type Connectors = {
  redeem(
    scope: ToolScope,
    call: { connector: string; operation: string },
  ): Promise<AuthorizedRequest & { hosts: string[] }>;
};

/** A language model. `key` names the call: asked again with the same one, a service that knows it answers the same and bills once. */
export type LlmPort = {
  complete(
    request: { prompt: string; system?: string | undefined; maxTokens: number; key: string },
    signal: AbortSignal,
  ): Promise<{ text: string; tokens: number }>;
};

/** What a tool answers, and what it cost. */
export type ToolAnswer = { value: unknown; bytes?: number; llmTokens?: number };

/** The tools of one run. */
export type ToolSession = {
  /** Answers JSON text; throws an Error whose message is a code, all that the agent learns. */
  call(request: { name: string; args: string }): Promise<string>;
  usage(): ToolUsage;
  /** Codes of the calls that were refused or failed, in order. */
  failures(): string[];
  /** Aborted, with the reason, when we failed at our own part: the run must end at once, and whatever it says is a fault of ours. */
  fault: AbortSignal;
};

/** What names a call to whoever is called: a later attempt of the same execution makes the same call with the same key. */
export function callKey({ executionId }: ToolScope, seq: number): string {
  return `${executionId}-${seq}`;
}
