import type { FlagWire } from './contract.ts';
import type { Flag } from './find-flags.ts';
import { flagRules } from './flag-rules.ts';

/** A flag → wire. */
export function presentFlag(flag: Flag): FlagWire {
  return {
    id: flag.id,
    rule: flag.rule,
    meaning: flagRules[flag.rule]?.meaning ?? flag.rule,
    agentCode: flag.agent_code,
    agent: flag.agent_name,
    version: flag.version,
    bountyCode: flag.bounty_code,
    bounty: flag.bounty_title,
    executionId: flag.execution_id,
    evidence: flag.evidence,
    times: flag.times,
    state: flag.state,
    createdAt: flag.created_at.toISOString(),
    lastAt: flag.last_at.toISOString(),
  };
}
