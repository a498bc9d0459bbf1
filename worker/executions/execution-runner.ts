import type { ClaimedExecution } from '../../api/executions/claim-executions.ts';
import { findRecordedCalls, type RecordedCall } from '../../api/executions/find-recorded-calls.ts';
import { findWork, type Work } from '../../api/executions/find-work.ts';
import { releaseExecutions } from '../../api/executions/keep-leases.ts';
import { markStarted } from '../../api/executions/mark-started.ts';
import type { ExecutionResult } from '../../api/executions/result.ts';
import type { Context } from '../../api/platform/context.ts';
import { findGrants } from '../../api/tools/find-grants.ts';
import type { Grant } from '../../api/tools/policy.ts';
import type { Assignment, HeldExecution, HeldExecutions, RunAssignment } from './assignment.ts';
import { claimFairly, hasRoom, shareOut, type Load } from './claim-fairly.ts';
import { openCodeCache } from './code-cache.ts';
import { keepLeases } from './lease-keeper.ts';
import { openReadyQueue } from './ready-queue.ts';
import { openResultCommits, type ResultCommits } from './result-commits.ts';
import { openLookahead, openSlots } from './slots.ts';

const lookAgainMs = 25;
// When the last look found nothing, because of somebody's share, there is no hurry.
const lookLaterMs = 250;
const abortMs = 2_000;

type ToolWork = { grants: Map<string, Grant[]>; recorded: Map<string, RecordedCall[]> };

/**
 * Claims due executions in batches, runs them side by side and stores their results, keeping the leases meanwhile. `held` is everything
 * from claim to commit, `ready` what waits for a slot, `running` what is in the sandbox.
 */
export class ExecutionRunner {
  readonly #context: Context;
  readonly #run: RunAssignment;
  readonly #threadsMax: number;
  readonly #held: HeldExecutions = new Map();
  readonly #ready = openReadyQueue();
  readonly #running = new Map<HeldExecution, Promise<void>>();
  readonly #codes = openCodeCache();
  readonly #lookahead = openLookahead();
  readonly #slots: { ended(): void; now(): number };
  readonly #leases: { close(): void };
  readonly #commits: ResultCommits;
  #mayHaveMore = false;
  #claimedLast = 0;
  #isStopping = false;
  #isWanted = false;
  #claiming: Promise<void> | null = null;
  #later: NodeJS.Timeout | null = null;

  constructor(context: Context, run: RunAssignment, threadsMax: number) {
    this.#context = context;
    this.#run = run;
    this.#threadsMax = threadsMax;
    this.#slots = openSlots(this.#running, threadsMax);
    this.#leases = keepLeases(context, this.#held);
    this.#commits = openResultCommits(
      context,
      () => this.#running.size > 0,
      ({ execution }) => {
        this.#lookahead.ended();
        if (this.#held.get(execution.id)?.execution === execution) this.#held.delete(execution.id);
      },
    );
  }

  /** Claims what is due, as far as there is room; resolves when it has looked. */
  wake(): Promise<void> {
    if (this.#isStopping) return Promise.resolve();
    this.#isWanted = true;
    this.#claiming ??= this.#claimWhileWanted().finally(() => (this.#claiming = null));
    return this.#claiming;
  }

  /** Stops claiming, lets running ones end for `graceMs`, gives the rest back to the queue, and ends. */
  async drain(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await this.#claiming?.catch(() => undefined);
    const waiting = this.#ready.empty().flatMap(({ execution }) => this.#held.get(execution.id) ?? []);
    await this.#giveBack(waiting);
    await this.#endOfRuns(graceMs);
    await this.#giveBack([...this.#running.keys()]);
    await this.#endOfRuns(abortMs);
    await this.#commits.settled();
    this.#leases.close();
    if (this.#later !== null) clearTimeout(this.#later);
  }

  async #claimWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isStopping) {
      this.#isWanted = false;
      this.#mayHaveMore = true;
      const load = this.#load();
      const share = shareOut(load);
      if (!hasRoom(share)) return;
      const leasedMs = performance.now();
      const claimed = await claimFairly(this.#context, load, share);
      this.#claimedLast = claimed.length;
      this.#mayHaveMore = share.isCramped || claimed.length >= share.roomForOthers;
      if (claimed.length > 0) await this.#admit(claimed, leasedMs);
    }
  }

  #load(): Load {
    const working = [...this.#running.keys(), ...this.#ready.all()].map(({ execution }) => execution);
    return { working, wanted: this.#slots.now() + this.#lookahead.now(), threadsMax: this.#threadsMax };
  }

  async #admit(claimed: ClaimedExecution[], leasedMs: number): Promise<void> {
    for (const execution of claimed) {
      this.#held.set(execution.id, { execution, stop: new AbortController(), leasedMs, startedMs: null });
    }
    try {
      const [work] = await Promise.all([
        findWork(this.#context.database, claimed, this.#codes),
        markStarted(this.#context, claimed),
      ]);
      for (const [versionId, { code }] of work.agents) if (code !== null) this.#codes.add(versionId, code);
      const toolWork = await this.#findToolWork(claimed, work);
      for (const execution of claimed) this.#ready.add(this.#assign(execution, work, toolWork));
    } catch (error) {
      await this.#giveBack(claimed.flatMap(({ id }) => this.#held.get(id) ?? []));
      throw error;
    }
    this.#start();
  }

  /** Only code that names tools can use any: for all other nothing is looked up. A replay has what the run had that it repeats. */
  async #findToolWork(claimed: ClaimedExecution[], work: Work): Promise<ToolWork> {
    const users = claimed.filter(({ agentVersionId }) => this.#codes.get(agentVersionId)?.includes('tools') === true);
    const questions = users.flatMap((execution) => {
      const agentUploadId = work.agents.get(execution.agentVersionId)?.agentUploadId;
      if (agentUploadId === undefined || execution.allowed !== null) return [];
      return {
        executionId: execution.id,
        agentUploadId,
        bountyId: execution.bountyId,
        isCompeting: execution.class !== 'interactive',
      };
    });
    const { database } = this.#context;
    return { grants: await findGrants(database, questions), recorded: await findRecordedCalls(database, users) };
  }

  #assign(execution: ClaimedExecution, work: Work, { grants, recorded }: ToolWork): Assignment {
    const agent = work.agents.get(execution.agentVersionId);
    const code = this.#codes.get(execution.agentVersionId);
    if (code === undefined || agent === undefined)
      throw new Error(`Execution ${execution.id} names a version that is not there`);
    const found = execution.caseId === null ? undefined : work.cases.get(execution.caseId);
    const metrics = (execution.bountyId && work.metrics.get(execution.bountyId)) || [];
    return {
      execution,
      code,
      caseWork: found === undefined ? null : { ...found, metrics },
      agentUploadId: agent.agentUploadId,
      ceilings: execution.allowed?.ceilings ?? agent.ceilings,
      grants: execution.allowed?.grants ?? grants.get(execution.id) ?? [],
      recorded: recorded.get(execution.id) ?? [],
    };
  }

  #start(): void {
    if (this.#isStopping) return;
    while (this.#running.size < this.#slots.now()) {
      const assignment = this.#ready.next();
      if (assignment === undefined) break;
      const holding = this.#held.get(assignment.execution.id);
      if (holding?.execution === assignment.execution) this.#running.set(holding, this.#runOne(assignment, holding));
    }
    if (this.#mayHaveMore && this.#ready.size() === 0) this.#wakeQuietly();
    const isBlocked = this.#ready.size() > 0 || this.#mayHaveMore;
    if (isBlocked && this.#running.size > 0)
      this.#later ??= setTimeout(
        () => this.#lookAgain(),
        this.#ready.size() + this.#claimedLast > 0 ? lookAgainMs : lookLaterMs,
      );
  }

  /** Runs that have grown slow since make room for others: see slots.ts. */
  #lookAgain(): void {
    this.#later = null;
    this.#start();
  }

  async #runOne(assignment: Assignment, holding: HeldExecution): Promise<void> {
    holding.startedMs = performance.now();
    const result = await this.#runSafely(assignment, holding.stop.signal);
    this.#running.delete(holding);
    this.#slots.ended();
    const isOurs = this.#held.get(assignment.execution.id) === holding;
    if (isOurs && result === null) this.#held.delete(assignment.execution.id);
    const { grants, ceilings } = assignment;
    // Of one that is ours no more nothing counts, but what a cancelled one used and said is kept.
    if (result !== null) this.#commits.add({ ...result, allowed: { grants, ceilings } });
    this.#start();
  }

  /** Answers null for a run that failed outside the sandbox: its lease ends, and the sweep counts the attempt. */
  async #runSafely(assignment: Assignment, signal: AbortSignal): Promise<ExecutionResult | null> {
    try {
      return await this.#run(assignment, signal);
    } catch (error) {
      this.#context.logger.error(
        { err: error, executionId: assignment.execution.id },
        'a run failed outside the sandbox',
      );
      return null;
    }
  }

  #wakeQuietly(): void {
    this.wake().catch((error: unknown) => this.#context.logger.warn({ err: error }, 'executions could not be claimed'));
  }

  async #giveBack(holdings: HeldExecution[]): Promise<void> {
    for (const { execution, stop } of holdings) {
      this.#held.delete(execution.id);
      stop.abort();
    }
    const leases = holdings.map(({ execution }) => ({ id: execution.id, leaseToken: execution.leaseToken }));
    try {
      await releaseExecutions(this.#context, leases);
    } catch (error) {
      this.#context.logger.warn({ err: error }, 'executions could not be given back; they are when their leases end');
    }
  }

  async #endOfRuns(withinMs: number): Promise<void> {
    const runs = Promise.all(this.#running.values());
    const { promise: timeUp, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    await Promise.race([runs, timeUp]);
    clearTimeout(timer);
  }
}
