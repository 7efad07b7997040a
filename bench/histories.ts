/**
 * Members with histories of any length, written quickly: the domain decides every entry, as it does for a request, and what it
 * would write one transaction after the other is written in batches. Chain, books, orders and coupons are genuine; `audit` agrees.
 */
import { randomInt } from 'node:crypto';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../functions/adapters/dynamodb/client.ts';
import { keys, memberSk } from '../functions/adapters/dynamodb/keys.ts';
import { writesOf } from '../functions/adapters/dynamodb/write.ts';
import { decideCredit } from '../functions/domain/activity.ts';
import { decideClaim } from '../functions/domain/claim.ts';
import type { Contact } from '../functions/domain/contact.ts';
import { decideUse } from '../functions/domain/coupon-use.ts';
import { type Email, hashEmail } from '../functions/domain/email.ts';
import { type ContactId, type Instant, later, orderNumber } from '../functions/domain/ids.ts';
import type { Change, Decision, Loaded } from '../functions/domain/ledger.ts';
import type { Member } from '../functions/domain/member.ts';
import { decideEnrolment, type Setting } from '../functions/domain/membership.ts';
import type { Order } from '../functions/domain/order.ts';
import { decideRedeem } from '../functions/domain/redemption.ts';
import type { OpenProgram } from '../functions/ports/gate.ts';
import { systemChance } from '../functions/wiring.ts';

export type Item = Record<string, unknown>;

/** DynamoDB's own limit of one batch. */
const batchSize = 25;
const batchesAtOnce = 4;
const hourMs = 3_600_000;

/** Writes items as they are, in batches. */
export const writeItems = async (table: Table, items: Iterable<Item>): Promise<void> => {
  const waiting = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (;;) {
      const batch: Item[] = [];
      while (batch.length < batchSize) {
        const { value, done } = waiting.next();
        if (done) break;
        batch.push(value);
      }
      if (batch.length === 0) return;
      const RequestItems = { [table.name]: batch.map((Item) => ({ PutRequest: { Item } })) };
      const { UnprocessedItems = {} } = await table.client.send(new BatchWriteCommand({ RequestItems }));
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('the engine left items unwritten');
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, worker));
};

export interface Person {
  readonly contact: ContactId;
  readonly email: Email;
}

/** A paid order that nobody claimed yet. */
export const unclaimedOrder = (
  { program, secrets }: OpenProgram,
  { email }: Pick<Person, 'email'>,
  number: string,
  totalMinor: number,
  placedAt: Instant,
): Order => {
  const store = program.stores[0]?.id;
  if (store === undefined) throw new Error('the program has no store');
  return {
    store,
    number: orderNumber.parse(number),
    email: hashEmail(email, secrets.emailKey),
    totalMinor,
    refundedMinor: 0,
    currency: program.currency,
    status: 'paid',
    placedAt,
    test: false,
    rev: 1,
    operation: systemChance.operation(),
  };
};

export const orderItem = ({ program }: OpenProgram, order: Order): Item => ({
  ...order,
  ...keys.order(program.id, order.store, order.number),
});

export const settingAt = (open: OpenProgram, now: Instant): Setting => ({
  program: open.program,
  emailKey: open.secrets.emailKey,
  stamp: { operation: systemChance.operation(), now, programVersion: open.version },
});

const changeOf = <A extends { result: string; books: Member | undefined }>(
  decision: Decision<A>,
  result: string,
): { change: Change; books: Member } => {
  if (decision.kind !== 'answer' || decision.answer.result !== result)
    throw new Error(`a history could not go on: ${JSON.stringify(decision)}`);
  const { change, answer } = decision;
  if (change === undefined || answer.books === undefined) throw new Error(`${result} changed nothing`);
  return { change, books: answer.books };
};

/** What is found of somebody who is new. */
export const nothing: Loaded = { emails: [], orders: [], coupons: [], counters: new Map(), asked: {} };

/** The last entries of every history: whatever its length, what a member sees of it is the same. */
const ending = [
  'order',
  'order',
  'visit',
  'tea-towel',
  'order',
  'visit',
  'five-off',
  'order',
  'linen-set',
] as const;
/** Large enough for the rewards of the ending, small enough that a long history stays in the same range. */
const endingMinor = 60_000;
const maxFillingMinor = 200;

/** `shopper`: activities, an order now and then, three rewards at the end. `collector`: a reward for every order. `spender`: the same, and
 * every coupon used at once. */
export type Habit = 'shopper' | 'collector' | 'spender';

/** What entry number `seq` of so many is. */
const kindOf = (seq: number, length: number, habit: Habit): 'signup' | (typeof ending)[number] => {
  if (seq === 1) return 'signup';
  if (habit !== 'shopper') return seq % 2 === 0 ? 'order' : 'tea-towel';
  const last = ending[ending.length - (length - seq) - 1];
  return last ?? (seq % 16 === 0 ? 'order' : 'visit');
};

/** The coupon that a change makes, used for an order at once. */
const spent = (change: Change, setting: Setting): Change => {
  const { coupon } = change;
  if (coupon === undefined) return change;
  const order = orderNumber.parse(`USE-${coupon.after.seq}`);
  const used = decideUse({ ...nothing, coupons: [coupon.after] }, order, setting);
  if (used.kind !== 'answer' || used.change?.coupon === undefined) throw new Error('a coupon was not used');
  return { ...change, coupon: { before: undefined, after: used.change.coupon.after } };
};

export interface History {
  /** How many entries, at least 10. */
  readonly length: number;
  readonly habit: Habit;
  /** The last entry is an hour older; the person was heard of now. */
  readonly now: Instant;
}

/** One entry after the other, an hour apart. */
function* changes(open: OpenProgram, person: Person, { length, habit, now }: History): Generator<Change> {
  const { contact, email } = person;
  const known: Contact = { contact, emails: [email] };
  let member: Member | undefined;
  for (let seq = 1; seq <= length; seq += 1) {
    const at = later(now, (seq - length - 1) * hourMs);
    const setting = settingAt(open, at);
    const found: Loaded = { ...nothing, contact: known, ...(member === undefined ? {} : { member }) };
    const kind = kindOf(seq, length, habit);
    let step: { change: Change; books: Member };
    if (kind === 'signup') {
      const wanted = { contact, email, firstName: undefined, lastName: undefined, language: undefined };
      step = changeOf(decideEnrolment(found, wanted, setting), 'enrolled');
    } else if (kind === 'order') {
      const filling = habit === 'shopper' && length - seq >= ending.length;
      const number = `${contact}-${String(seq).padStart(6, '0')}`;
      const minor = filling ? 100 + (seq % maxFillingMinor) : endingMinor;
      const order = unclaimedOrder(open, person, number, minor, at);
      const request = { contact, number: order.number };
      step = changeOf(decideClaim({ ...found, orders: [order] }, request, setting), 'credited');
    } else if (kind === 'visit') {
      const request = { contact, activity: kind, key: undefined };
      step = changeOf(decideCredit(found, request, setting), 'credited');
    } else {
      const request = { contact, reward: kind, request: undefined, below: (n: number) => randomInt(n) };
      step = changeOf(decideRedeem(found, request, setting), 'issued');
    }
    member = step.books;
    yield habit === 'spender' ? spent(step.change, setting) : step.change;
  }
}

/** The items of a history; the books once, as they are at the end. */
function* itemsOf(table: Table, open: OpenProgram, person: Person, history: History): Generator<Item> {
  const { program } = open;
  let books: Item | undefined;
  for (const change of changes(open, person, history)) {
    for (const { Put } of writesOf(table, program.id, change, undefined)) {
      const item: Item | undefined = Put?.Item;
      if (item?.['sk'] === memberSk) books = item;
      else if (item !== undefined) yield item;
    }
  }
  if (books !== undefined) yield books;
  const { contact, email } = person;
  yield { contact, emails: [email], lastInboundAt: history.now, ...keys.contact(program.id, contact) };
}

/** Writes a member with a history. The program is the demo with an activity `visit` that has no limits. */
export const writeHistory = (
  table: Table,
  open: OpenProgram,
  person: Person,
  history: History,
): Promise<void> => writeItems(table, itemsOf(table, open, person, history));
