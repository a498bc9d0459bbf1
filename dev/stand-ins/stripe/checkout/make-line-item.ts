import { newId, type LineItem } from '../world.ts';

type Line = Pick<LineItem, 'currency' | 'description' | 'metadata' | 'price'> & {
  unitAmount: number;
  quantity: number;
};

/** A line of a Checkout Session, without discount or tax. */
export function makeLineItem({ currency, unitAmount, quantity, description, metadata, price }: Line): LineItem {
  const amount = unitAmount * quantity;
  return {
    id: newId('li_'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency,
    description,
    metadata,
    price,
    quantity,
  };
}
