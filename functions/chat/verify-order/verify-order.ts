/** Says whether an order can be claimed and what it is worth; moves nothing. */
import { decideVerify } from '../../domain/verify.ts';
import { absentOrder, type OrderExtras, type OrderInputs, orderVerb } from '../order-reply.ts';
import type { Verb } from '../verb.ts';
import { inputs } from './contract.ts';

export const verifyOrder: Verb<OrderInputs, OrderExtras> = {
  inputs,
  absent: absentOrder,
  run: orderVerb('verify', decideVerify),
};
