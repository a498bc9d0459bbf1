import type { Database } from '../platform/database.ts';
import type { Metric } from './metric.ts';

/** A bounty's metrics in the order they were posted. */
export async function findMetrics(database: Database, bountyId: string): Promise<Metric[]> {
  const rows = await database('bounty_metrics')
    .where({ bounty_id: bountyId })
    .orderBy('position')
    .select('id', 'kind', 'weight', 'pass_at', 'settings');
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    weight: row.weight,
    passAt: row.pass_at,
    settings: row.settings,
  }));
}
