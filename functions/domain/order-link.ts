/** Signed links of orders: who comes by one has seen the shop's mail, and so is whom the order's e-mail belongs to. */
import { createHmac } from 'node:crypto';
import type { Instant, OrderNumber, StoreId } from './ids.ts';
import type { Program } from './program.ts';

export interface LinkedOrder {
  readonly program: Pick<Program, 'id' | 'zone'>;
  readonly store: StoreId;
  readonly number: OrderNumber;
  readonly now: Instant;
}

/** A ref of letters, digits and `_`, as ManyChat's ref URLs take it. */
export const orderLink = ({ program, store, number, now }: LinkedOrder, key: string): string => {
  const body = JSON.stringify([store, number, now]);
  const mac = createHmac('sha256', key).update(`link.${program.id}.${body}`).digest('hex').slice(0, 32);
  return `order_${Buffer.from(body).toString('hex')}_${mac}`;
};
