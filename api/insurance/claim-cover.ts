import { findSight } from '../bounties/find-bounty.ts';
import type { Bounty } from '../bounties/bounty.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { findCover, outcomes, type Cover } from './cover.ts';
import { decideCover, type Decision } from './decide-cover.ts';
import { mayClaim } from './policy.ts';
import { settleCover } from './settle-cover.ts';

type Claim = { bounty: string; accountId: string };

/**
 * Asks for the compensation now, as the sweep does within a minute by itself. Answers the cover, paid. Throws `not_found`, `forbidden` to
 * who neither funded nor manages the bounty, and `illegal_state` with the reason when it pays nothing, is not decided, or was paid.
 */
export async function claimCover(context: Context, claim: Claim): Promise<Cover> {
  const { bounty, cover } = await findOwn(context.database, claim);
  const decisions: Decision[] = [];
  const isPaid = await context.database.transaction((trx) =>
    once(context, trx, 'cover.claim', async () => {
      const made = await settleCover(context, trx, bounty.id, { accountId: claim.accountId });
      // Nothing was done yet, so the same request may ask again later.
      if (made !== null && 'waits' in made) throw refusalOf(bounty, made);
      if (made !== null) decisions.push(made);
      return made !== null && 'pays' in made;
    }),
  );
  if (isPaid) return cover;
  const [decision] = decisions;
  if (decision === undefined) throw refuseDecided(bounty, (await findCover(context.database, bounty.id)) ?? cover);
  return refuseUnlessPaying(bounty, cover, decision);
}

/** Says what claiming would pay, and changes nothing. Throws as claiming does. */
export async function previewClaim(context: Context, claim: Claim): Promise<Cover> {
  const { bounty, cover } = await findClaimable(context.database, claim);
  const decision = await context.database.transaction((trx) => decideCover(trx, bounty, cover));
  return refuseUnlessPaying(bounty, cover, decision);
}

/** A bounty's cover, for who funded or manages it. Throws `not_found`, also where it never was insured, and `forbidden`. */
export async function readCover(context: Context, claim: Claim): Promise<{ bounty: Bounty; cover: Cover }> {
  return findOwn(context.database, claim);
}

async function findClaimable(database: Database, claim: Claim): Promise<{ bounty: Bounty; cover: Cover }> {
  const { bounty, cover } = await findOwn(database, claim);
  if (cover.state !== 'open') throw refuseDecided(bounty, cover);
  return { bounty, cover };
}

async function findOwn(database: Database, { bounty: idOrCode, accountId }: Claim) {
  const { bounty, canManage } = await findSight(database, idOrCode, accountId);
  const cover = await findCover(database, bounty.id);
  if (!mayClaim({ accountId, canManage }, cover ?? { account_id: '' }))
    throw new Failure('forbidden', `Only who insured ${bounty.code}, or manages it, may ask for its insurance.`);
  if (cover === null) throw new Failure('not_found', `${bounty.code} was not insured when it was funded.`);
  return { bounty, cover };
}

function refuseUnlessPaying(bounty: Bounty, cover: Cover, decision: Decision): Cover {
  if ('pays' in decision) return cover;
  throw refusalOf(bounty, decision);
}

function refusalOf(bounty: Bounty, decision: Exclude<Decision, { pays: true }>): Failure {
  return new Failure(
    'illegal_state',
    'waits' in decision
      ? `The insurance of ${bounty.code} is not decided: ${decision.waits}.`
      : `The insurance of ${bounty.code} pays nothing: ${outcomes[decision.ends]}.`,
  );
}

function refuseDecided(bounty: Bounty, cover: Cover): Failure {
  if (cover.state === 'paid')
    return new Failure(
      'illegal_state',
      `The insurance of ${bounty.code} was paid on ${cover.decided_at?.toISOString().slice(0, 10)}, once. See GET /api/payouts or /payouts status; where the team’s money was insured it is in the wallet of its workspace.`,
    );
  const why = cover.outcome === null ? 'its payment has not arrived' : outcomes[cover.outcome];
  return new Failure('illegal_state', `The insurance of ${bounty.code} pays nothing: ${why}.`);
}
