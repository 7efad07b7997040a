/** Takes orders as the shop knows them, with refunds and cancellations. */
import { type Email, hashEmail } from '../../domain/email.ts';
import type { OrderFacts } from '../../domain/order.ts';
import { badRequest, type FieldError } from '../../platform/http.ts';
import type { Call } from '../../platform/room.ts';
import { done, mostProblems, type PlainVerb, parsed } from '../../platform/verb.ts';
import { takeOrder } from '../../shops/news.ts';
import { body, readOrder } from './contract.ts';

/** So many orders of one push are on their way at once. */
const parallel = 8;

/** All orders of a push, or a 400 that names each wrong value: none is stored then. */
const readOrders = ({ body: raw, setting, open }: Call): OrderFacts[] => {
  const { store, orders } = parsed(body, raw);
  if (!setting.program.stores.some(({ id }) => id === store)) {
    throw badRequest([{ path: 'store', message: 'expected the id of a store of the program' }]);
  }
  const hash = (email: Email) => hashEmail(email, open.secrets.emailKey);
  const facts: OrderFacts[] = [];
  const problems: FieldError[] = [];
  for (const [index, order] of orders.entries()) {
    const read = readOrder(order, index, store, hash);
    if (read.facts !== undefined) facts.push(read.facts);
    problems.push(...read.problems);
    if (problems.length >= mostProblems) break;
  }
  if (problems.length > 0) throw badRequest(problems.slice(0, mostProblems));
  return facts;
};

/** News of one order are taken in the order in which they stand. */
const byNumber = (orders: readonly OrderFacts[]): OrderFacts[][] => [
  ...Map.groupBy(orders, ({ number }) => number).values(),
];

export const orders: PlainVerb = async (call, ports) => {
  const { scope, setting } = call;
  const waiting = byNumber(readOrders(call));
  const total = waiting.flat().length;
  let stored = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const facts of next) if ((await takeOrder(ports, facts, scope, setting)).changed) stored += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return done('stored', { stored, unchanged: total - stored });
};
