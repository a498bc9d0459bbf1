import type { Transaction } from '../platform/database.ts';
import { addTask } from './payment-task.ts';

/** A webhook: `payload` is its JSON as it came, `objectId` names what it is about. */
export type StoredEvent = {
  id: string;
  type: string;
  objectId: string | null;
  livemode: boolean;
  payload: string;
};

/** Keeps an event and asks for it to be applied, in the caller's transaction. Answers false, and changes nothing, for one that is known. */
export async function storeEvent(trx: Transaction, event: StoredEvent): Promise<boolean> {
  const { objectId, ...row } = event;
  const stored = await trx('stripe_events')
    .insert({ ...row, object_id: objectId })
    .onConflict('id')
    .ignore()
    .returning('id');
  if (stored.length === 0) return false;
  await addTask(trx, 'apply_event', event.id);
  return true;
}
