/** Credits the points of an order, once in the whole program. */
import { decideClaim } from '../../domain/claim.ts';
import { absentOrder, type OrderExtras, type OrderInputs, orderVerb } from '../order-reply.ts';
import type { Verb } from '../verb.ts';
import { inputs } from './contract.ts';

export const claimOrder: Verb<OrderInputs, OrderExtras> = {
  inputs,
  absent: absentOrder,
  run: orderVerb('claim', decideClaim),
};
