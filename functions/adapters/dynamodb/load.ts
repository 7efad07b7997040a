/** From what a decision wants to what is there: one batch, and a query each for what has no fixed key. */
import * as z from 'zod/mini';
import { contact } from '../../domain/contact.ts';
import { coupon } from '../../domain/coupon.ts';
import { emailHash } from '../../domain/email.ts';
import { contactId, couponKey, instant, type ProgramId } from '../../domain/ids.ts';
import type { Loaded, Wanted } from '../../domain/ledger.ts';
import { member } from '../../domain/member.ts';
import { order } from '../../domain/order.ts';
import { purchaseWindow } from '../../domain/purchases.ts';
import type { Table } from './client.ts';
import { type Key, keys, ranges } from './keys.ts';
import { getItems, type Item, queryRange } from './read.ts';

export const emailRow = z.object({
  email: emailHash,
  owner: z.optional(contactId),
  bonusPaid: z.boolean(),
  bonusTo: z.optional(z.object({ contact: contactId, membership: z.int(), points: z.int() })),
  proven: z.optional(z.boolean()),
  provers: z.optional(z.array(contactId)),
  former: z.optional(z.array(contactId)),
  provenFor: z.optional(contactId),
  moving: z.optional(
    z.object({
      to: contactId,
      from: z.array(z.object({ contact: contactId, before: z.optional(z.int()) })),
      dueAt: instant,
    }),
  ),
  rev: z.int(),
});
export const keyRow = z.object({
  contact: contactId,
  verb: z.enum(['credit', 'redeem', 'adjust']),
  key: z.string(),
  input: z.string(),
  seq: z.int(),
  coupon: z.optional(couponKey),
});
export const counterRow = z.object({ index: z.int(), taken: z.int() });
export const poolRow = z.object({ code: z.string() });

const wantedKeys = (program: ProgramId, wanted: Wanted): Key[] => [
  ...(wanted.contact === undefined
    ? []
    : [keys.member(program, wanted.contact), keys.contact(program, wanted.contact)]),
  ...(wanted.other === undefined
    ? []
    : [keys.member(program, wanted.other), keys.contact(program, wanted.other)]),
  ...(wanted.emails ?? []).map((email) => keys.email(program, email)),
  ...(wanted.orders ?? []).map(({ store, number }) => keys.order(program, store, number)),
  ...(wanted.archived === undefined
    ? []
    : [keys.archivedOrder(program, wanted.archived.store, wanted.archived.number, wanted.archived.id)]),
  ...(wanted.coupons ?? []).map((code) => keys.coupon(program, code)),
  ...(wanted.key === undefined
    ? []
    : [keys.businessKey(program, wanted.key.contact, wanted.key.verb, wanted.key.key)]),
  ...(wanted.counter === undefined
    ? []
    : [keys.counter(program, wanted.counter.reward, wanted.counter.index)]),
  ...(wanted.window === undefined ? [] : [keys.purchases(program, wanted.window.contact, wanted.window.day)]),
];

const counted = (items: readonly Item[]): Map<number, number> =>
  new Map(items.map((item) => counterRow.parse(item)).map(({ index, taken }) => [index, taken]));

/** So many codes of a pool are looked at; a rush takes one of them each by chance instead of meeting at the first. */
const poolPage = 16;

const freeCode = async (
  table: Table,
  program: ProgramId,
  reward: NonNullable<Wanted['poolCode']>,
  below: (n: number) => number,
  signal: AbortSignal,
) => {
  const codes = await queryRange(table, ranges.pool(program, reward), { limit: poolPage }, signal);
  return codes.length === 0 ? undefined : poolRow.parse(codes[below(codes.length)]).code;
};

/** Everything optional only where it is there: the types of the domain do not know `undefined` members. */
const present = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

/** @param below chance: which of a pool's codes to take */
export const load = async (
  table: Table,
  program: ProgramId,
  wanted: Wanted,
  below: (n: number) => number,
  signal: AbortSignal,
): Promise<Loaded> => {
  const fixed = wantedKeys(program, wanted);
  const [items, counters, poolCode] = await Promise.all([
    getItems(table, fixed, signal),
    wanted.counters === undefined
      ? []
      : queryRange(table, ranges.counters(program, wanted.counters), { limit: 16 }, signal),
    wanted.poolCode === undefined ? undefined : freeCode(table, program, wanted.poolCode, below, signal),
  ]);
  const at = (key: Key): Item | undefined => items.find(({ pk, sk }) => pk === key.pk && sk === key.sk);
  const all = (list: readonly Key[]): Item[] => list.map(at).filter((item) => item !== undefined);
  const { contact: id, other, archived, key, counter, window } = wanted;
  const found = {
    member: id && at(keys.member(program, id)),
    contact: id && at(keys.contact(program, id)),
    otherMember: other && at(keys.member(program, other)),
    otherContact: other && at(keys.contact(program, other)),
    archived: archived && at(keys.archivedOrder(program, archived.store, archived.number, archived.id)),
    key: key && at(keys.businessKey(program, key.contact, key.verb, key.key)),
    counter: counter && at(keys.counter(program, counter.reward, counter.index)),
    window: window && at(keys.purchases(program, window.contact, window.day)),
  };
  return {
    ...present({
      member: found.member && member.parse(found.member),
      contact: found.contact && contact.parse(found.contact),
      other:
        other &&
        present({
          member: found.otherMember && member.parse(found.otherMember),
          contact: found.otherContact && contact.parse(found.otherContact),
        }),
      archived: found.archived && order.parse(found.archived),
      key: found.key && keyRow.parse(found.key),
      poolCode,
      window: found.window && purchaseWindow.parse(found.window),
    }),
    emails: all((wanted.emails ?? []).map((email) => keys.email(program, email))).map((item) => ({
      owner: undefined,
      ...emailRow.parse(item),
    })),
    orders: all((wanted.orders ?? []).map(({ store, number }) => keys.order(program, store, number))).map(
      (item) => order.parse(item),
    ),
    coupons: all((wanted.coupons ?? []).map((code) => keys.coupon(program, code))).map((item) =>
      coupon.parse(item),
    ),
    counters: counted([...counters, ...(found.counter === undefined ? [] : [found.counter])]),
    asked: wanted,
  };
};

const union = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] => [
  ...new Set([...(a ?? []), ...(b ?? [])]),
];

/** What was wanted first and what was asked for later: a decision that is taken again wants both at once. */
export const bothWanted = (a: Wanted, b: Wanted): Wanted => ({
  ...a,
  ...b,
  emails: union(a.emails, b.emails),
  orders: union(a.orders, b.orders),
  coupons: union(a.coupons, b.coupons),
});

/** What was loaded first and what was loaded later. */
export const bothLoaded = (a: Loaded, b: Loaded): Loaded => ({
  ...a,
  ...b,
  emails: [...a.emails, ...b.emails],
  orders: [...a.orders, ...b.orders],
  coupons: [...a.coupons, ...b.coupons],
  counters: new Map([...a.counters, ...b.counters]),
  asked: bothWanted(a.asked, b.asked),
});
