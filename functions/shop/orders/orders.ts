/** Takes orders as the shop knows them, with refunds and cancellations. */
import { decideNews } from '../../domain/claim.ts';
import { hashEmail } from '../../domain/email.ts';
import type { OrderFacts } from '../../domain/order.ts';
import { badRequest } from '../../platform/http.ts';
import type { Call, RoomPorts } from '../../platform/room.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { body, factsOf } from './contract.ts';

/** So many orders of one push are on their way at once. */
const parallel = 8;

/** All orders of a push, or a 400 that names each wrong value: none is stored then. */
const readOrders = ({ body: raw, setting, open }: Call): OrderFacts[] => {
  const { store, orders } = parsed(body, raw);
  if (!setting.program.stores.includes(store)) {
    throw badRequest([{ path: 'store', message: 'expected the id of a store of the program' }]);
  }
  const read = orders.map((order, index) =>
    factsOf(order, index, store, (email) => hashEmail(email, open.secrets.emailKey)),
  );
  const problems = read.flatMap((one) => one.problems);
  if (problems.length > 0) throw badRequest(problems);
  return read.map(({ facts }) => facts);
};

/** News of one order are taken in the order in which they stand. */
const byNumber = (orders: readonly OrderFacts[]): OrderFacts[][] => [
  ...Map.groupBy(orders, ({ number }) => number).values(),
];

const take = async (
  facts: OrderFacts,
  { scope, setting }: Call,
  { ledger, chance }: RoomPorts,
): Promise<boolean> => {
  // Each order is a change of its own, and must be told from its neighbours after a lost answer.
  const operation = chance.operation();
  const own = { ...setting, stamp: { ...setting.stamp, operation } };
  const { store, number } = facts;
  const answer = await ledger.decide({ ...scope, operation }, { orders: [{ store, number }] }, (found) =>
    decideNews(found, facts, own),
  );
  return answer.result === 'stored';
};

export const orders: PlainVerb = async (call, ports) => {
  const waiting = byNumber(readOrders(call));
  const total = waiting.flat().length;
  let stored = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const facts of next) if (await take(facts, call, ports)) stored += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return done('stored', { stored, unchanged: total - stored });
};
