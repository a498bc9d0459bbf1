import { storable, type Suspicion } from '../../api/executions/result.ts';
import { limits } from '../sandbox/limits.ts';
import type { Outcome } from '../sandbox/sandbox-types.ts';

const excerptCharacters = 120;

/** Texts that no honest program needs: ways to the host, to the system, to code made of constructors. */
const escapes = [
  /\bconstructor\s*(?:\.\s*constructor\s*)?\(\s*['"`]\s*return\s+(?:this|process|globalThis)/,
  /\bprocess\s*\.\s*(?:binding|dlopen|mainModule|_linkedBinding)\b/,
  /['"`](?:node:)?(?:child_process|worker_threads|vm|inspector)['"`]/,
  /\/(?:etc\/(?:passwd|shadow)|proc\/(?:self|\d+)\/(?:environ|maps|mem))/,
  /\b(?:std|os)\s*\.\s*(?:loadFile|popen|exec|Worker|dlopen)\b/,
];

/** What Quarry says, or orders to whoever reads it: people, and language models that judge. */
const imitations = [
  /\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:previous|prior|above|earlier)\s+instructions/i,
  /\b(?:you are|act as)\s+(?:now\s+)?(?:the|a)\s+judge\b/i,
  /"(?:verdict|leaseToken|fencingToken)"\s*:\s*\{?/,
  /\bquarry\s+(?:verdict|receipt|payout|moderator)\b/i,
  /"type"\s*:\s*"outcome"/,
];

const probingCodes = new Set(['tool_denied', 'address_denied', 'host_denied']);
const probesMin = 3;

/**
 * What in one run a moderator should look at. `code` is what ran, `deniedCodes` what its refused tool calls were told, `notes` what it said
 * of its progress.
 */
export function findSuspicions(
  outcome: Outcome,
  code: string,
  deniedCodes: string[],
  notes: readonly string[] = [],
): Suspicion[] {
  const said = saidIn(outcome, notes);
  const probes = deniedCodes.filter((one) => probingCodes.has(one));
  return [
    ...found('escape_attempt', escapes, code),
    ...found('output_imitates_platform', imitations, said),
    ...(outcome.trapped ? [{ rule: 'engine_trap', evidence: { outcome: outcome.status } }] : []),
    ...(probes.length >= probesMin ? [{ rule: 'network_probing', evidence: { refused: probes } }] : []),
    ...(isAbuse(outcome) ? [{ rule: 'resource_abuse', evidence: { outcome: outcome.status } }] : []),
    // Once it is bad luck, or another run's doing that shared the host: the rule waits for more.
    ...(outcome.status === 'HOST_FAULT'
      ? [{ rule: 'sandbox_fault', evidence: { why: storable(outcome.error?.message ?? '') } }]
      : []),
  ];
}

/** Everything the agent said that somebody reads. Quotes inside JSON texts are read as quotes. */
function saidIn({ output, partial, error, logs }: Outcome, notes: readonly string[]): string {
  const texts = [output, partial, error?.message, ...notes, ...logs.map((line) => line.message)];
  return texts
    .filter((text) => text !== null && text !== undefined)
    .join('\n')
    .replaceAll('\\"', '"');
}

/** A ceiling that its owner set lower is nobody's abuse. */
function isAbuse({ status, toolCalls }: Outcome): boolean {
  if (status === 'LIMIT_TOOL') return toolCalls > limits.toolCallsMax;
  return status === 'LIMIT_LOG' || status === 'LIMIT_MEMORY';
}

function found(rule: string, patterns: RegExp[], text: string): Suspicion[] {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match !== null)
      return [{ rule, evidence: { text: storable(text.slice(match.index, match.index + excerptCharacters)) } }];
  }
  return [];
}
