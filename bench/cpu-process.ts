/**
 * Measures CPU time in a process of its own, whose standard output goes nowhere: Lambda's log line is written for every request here
 * too. Results go to the parent.
 */
import { randomUUID } from 'node:crypto';
import { BatchGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../functions/adapters/dynamodb/keys.ts';
import { getItems } from '../functions/adapters/dynamodb/read.ts';
import { writesOf } from '../functions/adapters/dynamodb/write.ts';
import { chatRoom } from '../functions/chat/handler.ts';
import { decideClaim } from '../functions/domain/claim.ts';
import { normalizeEmail } from '../functions/domain/email.ts';
import { contactId, instant, operationId } from '../functions/domain/ids.ts';
import type { Loaded } from '../functions/domain/ledger.ts';
import { type Member, member } from '../functions/domain/member.ts';
import type { Order } from '../functions/domain/order.ts';
import { type Log, lambdaLog } from '../functions/platform/log.ts';
import type { RoomHandler } from '../functions/platform/room.ts';
import { orderItem, type Person, unclaimedOrder, writeHistory, writeItems } from './histories.ts';
import { eventOf, type House, openHouse, type Shop } from './house.ts';

/** CPU microseconds for each request of a block. */
export interface Block {
  readonly arm: string;
  readonly round: number;
  readonly micros: number;
}

interface Plan {
  /** Rounds of the arms that are compared with each other. */
  readonly rounds: number;
  /** Rounds of the other verbs. */
  readonly verbRounds: number;
}

/** Requests of a block; few enough that its events' time stamps are still fresh at its end. */
const blockSize = 100;
const warmRounds = 4;
/** One order that pays for everything that is redeemed here. */
const fortuneMinor = 100_000_000;
const signalMs = 60_000;

const cpuPerRequest = async (requests: number, work: () => Promise<void>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
};

const personOf = (name: string): Person => {
  const email = normalizeEmail(`${name}@example.com`);
  if (email === undefined) throw new Error('a made-up address is none');
  return { contact: contactId.parse(`1468135790${name.padStart(7, '0')}`), email };
};

/** Work of one block, made ready before the clock starts. @returns what runs, and what looks afterwards whether it did what it should */
type Arm = (round: number) => Promise<{ run: () => Promise<void>; check: () => void }>;

const handlerArm = (
  handler: RoomHandler,
  shop: Shop,
  verb: string,
  result: string,
  bodies: (round: number) => Promise<readonly object[]>,
): Arm => {
  return async (round) => {
    const events = (await bodies(round)).map((body) => eventOf(shop.key, verb, body));
    const replies: (string | undefined)[] = [];
    return {
      run: async () => {
        for (const event of events) replies.push((await handler(event, {})).body);
      },
      check: () => {
        const wrong = replies.find((reply) => reply?.includes(`"result":"${result}"`) !== true);
        if (wrong !== undefined || replies.length !== blockSize)
          throw new Error(`${verb}: expected ${result}, came ${wrong ?? 'nothing'}`);
      },
    };
  };
};

const ordersOf = async (
  { table }: House,
  { open }: Shop,
  person: Person,
  name: string,
  round: number,
  count = blockSize,
): Promise<Order[]> => {
  const now = instant.parse(Date.now());
  const orders = Array.from({ length: count }, (_, n) =>
    unclaimedOrder(open, person, `${name}-${100 + round}-${1000 + n}`, 6_000, now),
  );
  await writeItems(
    table,
    orders.map((order) => orderItem(open, order)),
  );
  return orders;
};

/** The two calls of a claim with the same keys and the same items, and nothing of ours around them. */
const sdkArm = (house: House, shop: Shop, person: Person): Arm => {
  const { table } = house;
  const { program, secrets, version } = shop.open;
  const { contact, email } = person;
  let books: Member | undefined;
  return async (round) => {
    const [stored] = await getItems(table, [keys.member(program.id, contact)], AbortSignal.timeout(signalMs));
    books ??= member.parse(stored);
    const orders = await ordersOf(house, shop, person, 'S', round);
    const claims = orders.map((order) => {
      const found: Loaded = {
        ...(books === undefined ? {} : { member: books }),
        contact: { contact, emails: [email] },
        emails: [],
        orders: [order],
        coupons: [],
        counters: new Map(),
        asked: {},
      };
      const stamp = {
        operation: operationId.parse(randomUUID()),
        now: order.placedAt,
        programVersion: version,
      };
      const setting = { program, emailKey: secrets.emailKey, stamp };
      const decision = decideClaim(found, { contact, number: order.number }, setting);
      if (decision.kind !== 'answer' || decision.change === undefined) throw new Error('a claim was refused');
      books = decision.answer.books;
      const wanted = [
        keys.member(program.id, contact),
        keys.contact(program.id, contact),
        keys.order(program.id, order.store, order.number),
      ];
      const Keys = wanted.map(({ pk, sk }) => ({ pk, sk }));
      const items = writesOf(table, program.id, decision.change, undefined);
      return {
        read: { RequestItems: { [table.name]: { Keys, ConsistentRead: true } } },
        write: { TransactItems: items, ClientRequestToken: randomUUID() },
      };
    });
    let done = 0;
    return {
      run: async () => {
        for (const { read, write } of claims) {
          const { signal: abortSignal } = new AbortController();
          await table.client.send(new BatchGetCommand(read), { abortSignal });
          await table.client.send(new TransactWriteCommand(write), { abortSignal });
          done += 1;
        }
      },
      check: () => {
        if (done !== blockSize) throw new Error('not every claim was written');
      },
    };
  };
};

const measured = async (arms: Readonly<Record<string, Arm>>, rounds: number): Promise<Block[]> => {
  const blocks: Block[] = [];
  const names = Object.keys(arms);
  for (let round = 0; round < warmRounds + rounds; round += 1) {
    // Every other round the other way round: none of the arms always comes after the same one.
    for (const arm of round % 2 === 0 ? names : names.toReversed()) {
      const block = await arms[arm]?.(round);
      if (block === undefined) continue;
      const micros = await cpuPerRequest(blockSize, block.run);
      block.check();
      if (round >= warmRounds) blocks.push({ arm, round: round - warmRounds, micros });
    }
  }
  return blocks;
};

const silent: Log = {
  request: () => undefined,
  event: () => undefined,
  oldestDue: () => undefined,
  fault: () => undefined,
};

const member0 = async ({ table }: House, { open }: Shop, name: string): Promise<Person> => {
  const person = personOf(name);
  const history = { length: 10, habit: 'shopper', now: instant.parse(Date.now()) } as const;
  await writeHistory(table, open, person, history);
  return person;
};

const claimArm = (house: House, shop: Shop, handler: RoomHandler, person: Person, name: string): Arm =>
  handlerArm(handler, shop, 'claim-order', 'credited', async (round) =>
    (await ordersOf(house, shop, person, name, round)).map(({ number }) => ({
      contact_id: person.contact,
      order_number: number,
    })),
  );

const verbArms = async (house: House, shop: Shop, handler: RoomHandler): Promise<Record<string, Arm>> => {
  const person = await member0(house, shop, '3');
  const now = instant.parse(Date.now());
  const fortune = unclaimedOrder(shop.open, person, 'FORTUNE', fortuneMinor, now);
  const [valid] = await ordersOf(house, shop, person, 'V', 0, 1);
  await writeItems(house.table, [orderItem(shop.open, fortune)]);
  await shop.chat('claim-order', { contact_id: person.contact, order_number: fortune.number });
  const same = (inputs: object) => async () =>
    Array.from({ length: blockSize }, () => ({ contact_id: person.contact, ...inputs }));
  const numbered = (make: (name: string) => object) => async (round: number) =>
    Array.from({ length: blockSize }, (_, n) => make(`${100 + round}-${1000 + n}`));
  return {
    balance: handlerArm(handler, shop, 'balance', 'ok', same({})),
    rewards: handlerArm(handler, shop, 'rewards', 'ok', same({})),
    history: handlerArm(handler, shop, 'history', 'ok', same({})),
    coupons: handlerArm(handler, shop, 'coupons', 'ok', same({})),
    'verify-order': handlerArm(handler, shop, 'verify-order', 'valid', same({ order_number: valid?.number })),
    redeem: handlerArm(
      handler,
      shop,
      'redeem',
      'issued',
      numbered((name) => ({ contact_id: person.contact, reward: 'tea-towel', request_id: name })),
    ),
    enroll: handlerArm(
      handler,
      shop,
      'enroll',
      'enrolled',
      numbered((name) => ({ contact_id: `new-${name}`, email: `new-${name}@example.com` })),
    ),
  };
};

const run = async ({ rounds, verbRounds }: Plan): Promise<Block[]> => {
  const house = await openHouse();
  try {
    const shop = await house.open('cpu', { activities: [{ id: 'visit', points: 3 }] });
    const over = (log: Log) => chatRoom(() => ({ ...house.ports, log }));
    const handler = over(lambdaLog('bench'));
    const [logged, quiet, sdk] = [
      await member0(house, shop, '1'),
      await member0(house, shop, '2'),
      await member0(house, shop, '4'),
    ];
    const compared = {
      claim: claimArm(house, shop, handler, logged, 'L'),
      'claim, no log': claimArm(house, shop, over(silent), quiet, 'Q'),
      'sdk alone': sdkArm(house, shop, sdk),
    };
    const verbs = await verbArms(house, shop, handler);
    return [...(await measured(compared, rounds)), ...(await measured(verbs, verbRounds))];
  } finally {
    await house.stop();
  }
};

process.once('message', (plan: Plan) => {
  run(plan).then(
    (blocks) => process.send?.({ blocks }, () => process.disconnect()),
    (error: Error) => process.send?.({ failed: error.stack ?? error.message }, () => process.exit(1)),
  );
});
