import { get, type Connection } from './request.ts';
import type { PlanCatalogueWire } from './wire-types.ts';

/** The plans and add-ons with their prices. */
export function readPlans(connection: Connection): Promise<PlanCatalogueWire> {
  return get(connection, '/api/plans');
}
