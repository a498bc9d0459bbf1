import type { Suspicion } from '../../api/executions/result.ts';
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

/** What in one run a moderator should look at. `code` is what ran, `deniedCodes` what its refused tool calls were told. */
export function findSuspicions(outcome: Outcome, code: string, deniedCodes: string[]): Suspicion[] {
  const said = [outcome.output ?? '', ...outcome.logs.map((line) => line.message)].join('\n');
  const probes = deniedCodes.filter((one) => probingCodes.has(one));
  return [
    ...found('escape_attempt', escapes, code),
    ...found('output_imitates_platform', imitations, said),
    ...(outcome.trapped ? [{ rule: 'engine_trap', evidence: { outcome: outcome.status } }] : []),
    ...(probes.length >= probesMin ? [{ rule: 'network_probing', evidence: { refused: probes } }] : []),
    ...(isAbuse(outcome) ? [{ rule: 'resource_abuse', evidence: { outcome: outcome.status } }] : []),
  ];
}

function isAbuse({ status }: Outcome): boolean {
  return ['LIMIT_LOG', 'LIMIT_TOOL', 'LIMIT_MEMORY'].includes(status);
}

function found(rule: string, patterns: RegExp[], text: string): Suspicion[] {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match !== null)
      return [{ rule, evidence: { text: text.slice(match.index, match.index + excerptCharacters).toWellFormed() } }];
  }
  return [];
}
