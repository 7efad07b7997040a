import * as z from 'zod/mini';
import { storeId } from '../../domain/ids.ts';
import { orderNumberField } from '../../platform/fields.ts';
import { orderIdField } from '../orders/contract.ts';

export const body = z.object({
  order_number: orderNumberField,
  purpose: z.literal('claim', 'expected claim'),
  /** Needed where the program has several. */
  store: z.optional(z.pipe(z.string('expected the id of a store of the program'), storeId)),
  /** For shops that give a number twice. */
  order_id: z.optional(orderIdField),
});
