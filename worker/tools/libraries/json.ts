import { search, type JSONValue } from '@jmespath-community/jmespath';
import { demand } from './demand.ts';

/** What a JMESPath expression selects; null when there is nothing. */
export function query(value: JSONValue, expression: string): unknown {
  demand(typeof expression === 'string', 'json.query takes a value and a JMESPath expression.');
  return search(value, expression) ?? null;
}
