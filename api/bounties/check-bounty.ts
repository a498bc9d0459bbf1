import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { findCurrency } from '../ledger/currencies.ts';
import { checkMetric } from '../verification/check-metric.ts';
import { decides, needsExpectation } from '../verification/metric.ts';
import { pickExpected } from '../verification/pick-path.ts';
import { countPrizes, leastReward, oneUnit } from './least-reward.ts';
import type { NewBounty } from './post-bounty.ts';

/** Checks what field rules alone cannot, before a bounty is stored. Throws `invalid_value` with one sentence that names the field. */
export async function checkBounty(database: Database, accountId: string, bounty: NewBounty): Promise<void> {
  checkReward(bounty);
  await checkDeadline(database, bounty.deadline);
  checkMode(bounty);
  if (!bounty.metrics.some(decides)) {
    throw refusal('metrics', 'needs one that decides, such as exact, with a weight above 0. A judge only advises.');
  }
  for (const [index, metric] of bounty.metrics.entries()) await checkMetric(accountId, metric, `metrics.${index}`);
  checkCases(bounty);
}

function checkReward(bounty: NewBounty): void {
  const currency = findCurrency(bounty.currency);
  if (currency === null)
    throw refusal('currency', `${bounty.currency} is not supported. Choose another, such as USD or EUR.`);
  const least = oneUnit(bounty.currency);
  if (bounty.rewardMinor < least) {
    throw refusal(
      'rewardMinor',
      `must be at least ${least}, which is ${(1).toFixed(currency.exponent)} ${bounty.currency}.`,
    );
  }
}

async function checkDeadline(database: Database, deadline: string): Promise<void> {
  const { rows } = await database.raw<{ rows: { future: boolean; near: boolean }[] }>(
    `select ?::timestamptz > clock_timestamp() as future, ?::timestamptz <= clock_timestamp() + interval '1 year' as near`,
    [deadline, deadline],
  );
  if (!rows[0]?.future) throw refusal('deadline', 'is in the past. Choose a later moment.');
  if (!rows[0].near) throw refusal('deadline', 'is more than a year away. Choose an earlier moment.');
}

function checkMode(bounty: NewBounty): void {
  if (bounty.places !== undefined && bounty.mode !== 'places')
    throw refusal('places', 'only goes with mode "places". Remove it or change the mode.');
  if (bounty.winnersMax !== undefined && bounty.mode !== 'each')
    throw refusal('winnersMax', 'only goes with mode "each". Remove it or change the mode.');
  if (bounty.mode === 'each' && bounty.winnersMax === undefined) {
    throw refusal('winnersMax', 'is missing. Say into how many equal prizes the reward is cut.');
  }
  if (bounty.rewardMinor < leastReward(bounty))
    throw refusal('rewardMinor', `is too small for ${countPrizes(bounty)} prizes. Raise it or have fewer.`);
}

function checkCases(bounty: NewBounty): void {
  if (!bounty.cases.some((item) => item.visibility === 'private')) {
    throw refusal('cases', 'needs at least one private case, because only private cases are scored.');
  }
  for (const [index, item] of bounty.cases.entries()) {
    for (const metric of bounty.metrics) {
      if (!decides(metric) || !needsExpectation(metric.kind)) continue;
      const field = `cases.${index}.expected`;
      if (item.expected === undefined) throw refusal(field, `is missing. The ${metric.kind} metric compares with it.`);
      const expected = pickExpected(item.expected, 'path' in metric ? metric.path : undefined);
      if (metric.kind === 'numeric' && typeof expected !== 'number')
        throw refusal(field, 'must be a number for the numeric metric.');
      if (metric.kind === 'set_f1' && !Array.isArray(expected))
        throw refusal(field, 'must be a list for the set_f1 metric.');
    }
  }
}

function refusal(field: string, problem: string): Failure {
  return new Failure('invalid_value', `${field} ${problem}`, {
    errors: [{ field, message: problem.replace(/\.$/, '') }],
  });
}
