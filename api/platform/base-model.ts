import { Model } from 'objection';

/** Parent of every model: one query at a time on a connection, as pg 9 demands inside a transaction. */
export class BaseModel extends Model {
  static concurrency = 1;
  static override useLimitInFirst = true;
}
