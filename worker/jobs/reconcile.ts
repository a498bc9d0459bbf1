import { runReconciliations } from '../../api/reconciliation/run-reconciliations.ts';
import { watchLedger } from '../../api/reconciliation/settlement-stop.ts';
import type { Job } from '../job.ts';

/** Every five minutes: stops settlement if the ledger contradicts itself, and makes the comparisons with Stripe that are due, the night's among them. */
export const reconcileJob: Job = {
  name: 'reconcile',
  concurrency: 1,
  async run(context) {
    await watchLedger(context);
    await runReconciliations(context);
  },
};
