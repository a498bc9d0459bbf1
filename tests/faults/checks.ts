import type { Database } from '../../api/platform/database.ts';

/** What must hold whatever happened: a sentence, and a query that answers the `ref` of all that break it. */
export type Check = { says: string; sql: string };

/** A check that does not hold, with how many break it and some of them. */
export type Violation = { says: string; count: number; examples: string[] };

// How a run must end is decided by its input and its agent; n is in the case or in the input of its own.
const expected = `(
  select e.*, a.log_lines, a.tool_calls as calls_expected,
         case when coalesce(e.input, c.input)->>'n' is not null and a.fails_every is not null
                   and (coalesce(e.input, c.input)->>'n')::int % a.fails_every = 0 then 'failed' else 'succeeded' end as ends
    from agent_executions e join faults.agents a on a.version_id = e.agent_version_id
    left join bounty_cases c on c.id = e.case_id) as e`;

// Each call of an execution beside the effect that was done under its key, whether or not there is one.
const calls = `(select c.*, f.answer as done, c.answer::jsonb->>'text' as told
    from execution_tool_calls c left join faults.effects f on f.key = c.execution_id || '-' || c.seq) as c`;

export const checks: Check[] = [
  {
    says: 'No execution that was acknowledged is lost',
    sql: 'select execution_id as ref from faults.acknowledged where execution_id not in (select id from agent_executions)',
  },
  {
    says: 'Every execution is final at the end',
    sql: 'select id as ref from agent_executions where not faults.has_ended(state)',
  },
  {
    says: 'Every execution becomes final exactly once',
    sql: `select e.id as ref from agent_executions e left join faults.executions t
            on t.execution_id = e.id and faults.has_ended(t.to_state) and not faults.has_ended(t.from_state)
           where faults.has_ended(e.state) group by e.id having count(t.seq) <> 1`,
  },
  {
    says: 'Nothing is written to an execution that is final',
    sql: 'select execution_id as ref from faults.executions where faults.has_ended(from_state)',
  },
  {
    says: 'Attempts are counted up one at a time, and never down',
    sql: `select execution_id as ref from faults.executions
           where to_state is null or attempt - attempt_before <> (to_state = 'running' and from_state = 'queued')::int`,
  },
  {
    says: 'Every execution ends as its agent decides, or as errored',
    sql: `select e.id || ' ' || e.state || ' ' || coalesce(e.outcome, '') as ref from ${expected} where e.state not in (e.ends, 'errored') and faults.has_ended(e.state)`,
  },
  {
    says: 'An execution is errored after its last attempt only',
    sql: `select id as ref from agent_executions where state = 'errored' and attempt < attempts_max`,
  },
  {
    says: 'Fewer than one execution in 200 is errored',
    sql: `select id as ref from agent_executions where state = 'errored'
             and (select count(*) filter (where state = 'errored') * 200 >= count(*) from agent_executions)`,
  },
  {
    says: 'Every success in a submission has one row in output_verifications, and nothing else has',
    sql: `select e.id as ref from agent_executions e left join output_verifications v on v.execution_id = e.id
           group by e.id having count(v.execution_id) <> (e.state = 'succeeded' and e.submission_id is not null)::int`,
  },
  {
    says: 'Every log is whole',
    sql: `select e.id as ref from ${expected} left join agent_run_logs l on l.execution_id = e.id and l.attempt = e.attempt
           where e.state in ('succeeded', 'failed') group by e.id, e.log_lines
          having count(l.seq) <> e.log_lines or (e.log_lines > 0 and max(l.seq) <> e.log_lines)`,
  },
  {
    says: 'Every submission is settled with a verdict',
    sql: `select id as ref from submissions where state not in ('scored', 'failed') or verdict is null`,
  },
  {
    says: 'Every submission is settled exactly once',
    sql: `select s.id as ref from submissions s left join faults.submissions t on t.submission_id = s.id and t.to_state in ('scored', 'failed')
           where s.state in ('scored', 'failed') group by s.id having count(t.seq) <> 1`,
  },
  {
    says: 'The score is the share of its runs that succeed; without a score it has an errored run',
    sql: `select s.id || ' ' || s.state || ' ' || coalesce(s.score::text, '') as ref from submissions s join ${expected} on e.submission_id = s.id
           where s.state in ('scored', 'failed') group by s.id
          having (s.state = 'failed') <> bool_or(e.state = 'errored')
              or abs(s.score - avg((e.ends = 'succeeded')::int)) > 0.0001`,
  },
  {
    says: 'Every verdict has one row a metric',
    sql: `select s.id as ref from submissions s where s.state = 'scored'
             and (select count(*) from quality_metrics q where q.submission_id = s.id)
              <> (select count(*) from bounty_metrics m where m.bounty_id = s.bounty_id)`,
  },
  {
    says: 'Every verdict is told exactly once',
    sql: `select s.id as ref from submissions s
            left join events t on t.type = 'submission.scored' and t.payload->>'submissionId' = s.id::text
           where s.state in ('scored', 'failed') group by s.id having count(t.seq) <> 1`,
  },
  {
    says: 'The end of every test run is told exactly once',
    sql: `select e.id as ref from agent_executions e left join events t
            on t.execution_id = e.id and t.type = 'execution.changed' and faults.has_ended(t.payload->>'state')
           where e.class = 'interactive' and faults.has_ended(e.state) group by e.id having count(t.seq) <> 1`,
  },
  {
    says: 'Every effect of a tool was done under one key: no prompt has two',
    sql: 'select prompt as ref from faults.effects group by prompt having count(*) > 1',
  },
  {
    says: 'No effect was done but by a call that had been written down',
    sql: `select key as ref from faults.effects where key not in (select execution_id || '-' || seq from execution_tool_calls)`,
  },
  {
    says: 'Every call of a run that succeeded has one row, settled, with the answer that was given under its key',
    sql: `select e.id as ref from ${expected} left join ${calls} on c.execution_id = e.id
           where e.state = 'succeeded' group by e.id, e.calls_expected
          having count(c.seq) <> e.calls_expected or coalesce(max(c.seq), 0) <> e.calls_expected
              or count(distinct c.settled) <> e.calls_expected or bool_or(c.told is null or c.told is distinct from c.done) filter (where c.seq is not null)`,
  },
  {
    says: 'The log of a run that succeeded holds exactly those answers, in the order they were settled in',
    sql: `select e.id as ref from ${expected} where e.state = 'succeeded' and e.calls_expected > 0
             and (select string_agg(l.message, chr(10) order by l.seq) from agent_run_logs l where l.execution_id = e.id and l.attempt = e.attempt)
              is distinct from (select string_agg(c.done, chr(10) order by c.settled) from ${calls} where c.execution_id = e.id)`,
  },
  {
    says: 'What a run of an agent that calls tools used is what its calls used, whichever attempt made them',
    sql: `select e.id as ref from ${expected} left join execution_tool_calls c on c.execution_id = e.id
           where e.state = 'succeeded' group by e.id, e.tool_calls, e.llm_tokens having e.tool_calls <> count(c.seq) or e.llm_tokens <> coalesce(sum(c.llm_tokens), 0)`,
  },
  {
    says: 'No run of an agent that calls tools fails, is stopped or runs out of time',
    sql: `select e.id || ' ' || e.state || ' ' || coalesce(e.error->>'message', '') as ref from ${expected}
           where e.calls_expected > 0 and e.state in ('failed', 'timed_out', 'cancelled')`,
  },
];

/** Asks every check, and answers those that do not hold. */
export async function findViolations(database: Database): Promise<Violation[]> {
  await database.raw(`
    create index on faults.executions(execution_id, seq);
    create index on faults.submissions(submission_id);
    create index on events((payload->>'submissionId')) where type = 'submission.scored';
    analyze`);
  const violations: Violation[] = [];
  for (const { says, sql } of checks) {
    const { rows } = await database.raw<{ rows: { ref: string }[] }>(sql);
    if (rows.length > 0) {
      violations.push({ says, count: rows.length, examples: rows.slice(0, 5).map(({ ref }) => ref) });
    }
  }
  return violations;
}
