import type { Database } from '../../api/platform/database.ts';
import type { FaultAgent } from './agents.ts';
import type { Effect } from './effects-service.ts';

/**
 * Tables and triggers of the harness's own, in the schema `faults`: every change of an execution's state or attempt, every write to one
 * that had ended, and every change of a submission's state, each in the transaction that made it. A worker's name comes with its connection.
 */
export async function installJournal(database: Database): Promise<void> {
  await database.raw(`
    create schema faults;
    create table faults.agents (version_id uuid primary key, name text not null, fails_every int, log_lines int not null, tool_calls int not null);
    create table faults.acknowledged (execution_id uuid primary key);
    create table faults.effects (key text primary key, prompt text not null, answer text not null);
    create table faults.executions (
      seq bigint generated always as identity primary key,
      execution_id uuid not null,
      from_state text,
      to_state text,
      attempt_before int,
      attempt int,
      worker text,
      at timestamptz not null default clock_timestamp()
    );
    create table faults.submissions (
      seq bigint generated always as identity primary key, submission_id uuid not null, from_state text not null, to_state text not null
    );
    create function faults.has_ended(state text) returns boolean immutable language sql
      return state in ('succeeded', 'failed', 'timed_out', 'cancelled', 'errored');

    create function faults.note_execution() returns trigger language plpgsql as $$
    begin
      insert into faults.executions (execution_id, from_state, to_state, attempt_before, attempt, worker)
        values (old.id, old.state, case when tg_op = 'UPDATE' then new.state end, old.attempt,
                case when tg_op = 'UPDATE' then new.attempt end, current_setting('faults.worker', true));
      return null;
    end $$;
    create trigger faults_changed after update on agent_executions for each row
      when (old.state is distinct from new.state or old.attempt is distinct from new.attempt or (faults.has_ended(old.state) and old is distinct from new))
      execute function faults.note_execution();
    create trigger faults_deleted after delete on agent_executions for each row execute function faults.note_execution();

    create function faults.note_submission() returns trigger language plpgsql as $$
    begin
      insert into faults.submissions (submission_id, from_state, to_state) values (old.id, old.state, new.state);
      return null;
    end $$;
    create trigger faults_changed after update on submissions for each row
      when (old.state is distinct from new.state) execute function faults.note_submission()`);
}

/** Says beforehand how runs of a version end. */
export async function noteAgent(database: Database, versionId: string, agent: FaultAgent): Promise<void> {
  await database('faults.agents').insert({
    version_id: versionId,
    name: agent.name,
    fails_every: agent.failsEvery,
    log_lines: agent.logLines,
    tool_calls: agent.toolCalls,
  });
}

/** Writes down what the feeder was told is stored, for the question whether anything was lost. */
export async function noteAcknowledged(database: Database, executionIds: string[]): Promise<void> {
  await database.raw('insert into faults.acknowledged select unnest(?::uuid[]) on conflict do nothing', [executionIds]);
}

/** Writes down what the effects service did, to be compared with what Quarry keeps of it. */
export async function noteEffects(database: Database, effects: Effect[]): Promise<void> {
  await database.raw(
    'insert into faults.effects select * from unnest(:keys::text[], :prompts::text[], :answers::text[])',
    {
      keys: effects.map(({ key }) => key),
      prompts: effects.map(({ prompt }) => prompt),
      answers: effects.map(({ answer }) => answer),
    },
  );
}
