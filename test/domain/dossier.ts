/** A member's life on paper, and what it looks like once somebody changed a line of it. */
import { decideCredit } from '../../functions/domain/activity.ts';
import { auditMember, type Dossier } from '../../functions/domain/audit.ts';
import { decideClaim } from '../../functions/domain/claim.ts';
import { decideAdjustment } from '../../functions/domain/correction.ts';
import type { Coupon } from '../../functions/domain/coupon.ts';
import { decideUse } from '../../functions/domain/coupon-use.ts';
import { type Entry, seal } from '../../functions/domain/entry.ts';
import { type StoreId, storeId } from '../../functions/domain/ids.ts';
import type { KeyRecord } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import { decideEnrolment, decideLeave } from '../../functions/domain/membership.ts';
import type { Order } from '../../functions/domain/order.ts';
import { decideNews } from '../../functions/domain/order-news.ts';
import { decideRedeem } from '../../functions/domain/redemption.ts';
import { decideUndo } from '../../functions/domain/undo.ts';
import {
  activityOf,
  ana,
  anaMail,
  chanceOf,
  factsOf,
  hashOf,
  number,
  rewardOf,
  settingOf,
  shop,
} from './support.ts';
import { World } from './world.ts';

const setting = settingOf({ rewards: [rewardOf({ points: 40 })], activities: [activityOf('review')] });
const refs = [{ store: shop, number: number('1001') }];

const join = (world: World): void => {
  const person = {
    contact: ana,
    email: anaMail,
    firstName: undefined,
    lastName: undefined,
    language: undefined,
  };
  world.run({ contact: ana, emails: [hashOf(anaMail)] }, (found) => decideEnrolment(found, person, setting));
};

/** signup 1, order 2, refund 3, activity 4, adjustment 5, redemptions 6 (used) and 7 (undone by reversal 8) */
export const lived = (): World => {
  const world = new World();
  join(world);
  world.run({ orders: refs }, (found) => decideNews(found, factsOf({ id: 'gid-1' }), setting));
  world.run({ contact: ana, orders: refs }, (found) =>
    decideClaim(found, { contact: ana, number: number('1001') }, setting),
  );
  const refund = factsOf({ id: 'gid-1', refundedMinor: 1000 });
  world.run({ orders: refs }, (found) => decideNews(found, refund, setting));
  const key = (verb: KeyRecord['verb']) => ({ contact: ana, key: { contact: ana, verb, key: 'key' } });
  world.run(key('credit'), (found) =>
    decideCredit(found, { contact: ana, activity: 'review', key: 'key' }, setting),
  );
  const more = { contact: ana, points: 30, reason: 'more', allowDebt: false, key: 'key' };
  world.run(key('adjust'), (found) => decideAdjustment(found, more, setting));
  const taps = [1, 2].map((seed) =>
    world.run(key('redeem'), (found) => {
      const request = seed === 1 ? 'key' : undefined;
      return decideRedeem(
        { ...found, ...(found.member && { member: { ...found.member, recent: {} } }) },
        { contact: ana, reward: 'tea-towel', request, below: chanceOf(seed) },
        setting,
      );
    }),
  );
  const [kept, undone] = taps.map(({ coupon }) => (coupon === undefined ? [] : [coupon.key]));
  world.run({ coupons: kept ?? [] }, (found) => decideUse(found, number('2001'), setting));
  world.run({ coupons: undone ?? [] }, (found) => decideUndo(found, 'issued', 'a slip', setting));
  return world;
};

export const dossierOf = (world: World): Dossier => ({
  where: 'ana',
  books: world.members.get(ana),
  entries: world.entries.get(ana) ?? [],
  orders: [...world.orders.values(), ...world.archive.values()],
  coupons: [...world.coupons.values()],
  keys: [...world.keys.values()],
});

/** The dossier of the life above, kept well. */
export const dossier = (): Dossier => dossierOf(lived());
export const booksIn = ({ books }: Dossier): Member => {
  if (books === undefined) throw new Error('there are no books');
  return books;
};

/** The life goes on: she leaves, and only then the coupon that she did not use is cancelled. */
export const leftWithCoupon = (): Dossier => {
  const world = lived();
  const tapped = world.run({ contact: ana }, (found) =>
    decideRedeem(found, { contact: ana, reward: 'tea-towel', request: 'other', below: chanceOf(3) }, setting),
  );
  world.run({ contact: ana }, (found) => decideLeave(found, setting));
  const open = tapped.coupon === undefined ? [] : [tapped.coupon.key];
  world.run({ coupons: open }, (found) => decideUndo(found, 'issued', 'too late', setting));
  return dossierOf(world);
};

/** The life goes on: more points are taken than there were. */
export const inDebt = (): Dossier => {
  const world = lived();
  const less = { contact: ana, points: -510, reason: 'less', allowDebt: true, key: 'less' };
  world.run({ contact: ana }, (found) => decideAdjustment(found, less, setting));
  return dossierOf(world);
};

/** She leaves, joins again, takes a reward and gives it back. */
export const rejoinedAndUndone = (): Dossier => {
  const world = lived();
  world.run({ contact: ana }, (found) => decideLeave(found, setting));
  join(world);
  const more = { contact: ana, points: 100, reason: 'more', allowDebt: false, key: 'again' };
  world.run({ contact: ana }, (found) => decideAdjustment(found, more, setting));
  const { coupon } = world.run({ contact: ana }, (found) =>
    decideRedeem(found, { contact: ana, reward: 'tea-towel', request: 'again', below: chanceOf(4) }, setting),
  );
  const taken = coupon === undefined ? [] : [coupon.key];
  world.run({ coupons: taken }, (found) => decideUndo(found, 'issued', 'a slip', setting));
  return dossierOf(world);
};

/** More orders, each claimed and refunded in part: of two shops, with one number, with ids that came late, and one that lost its number. */
export const severalOrders = (): Dossier => {
  const world = lived();
  const other = storeId.parse('other');
  const tell = (store: StoreId, told: string, id?: string, refundedMinor = 0) => {
    const facts = factsOf({
      store,
      number: number(told),
      refundedMinor,
      ...(id === undefined ? {} : { id }),
    });
    world.run({ orders: [{ store, number: facts.number }] }, (found) => decideNews(found, facts, setting));
  };
  const claim = (store: StoreId, told: string) =>
    world.run({ contact: ana, orders: [{ store, number: number(told) }] }, (found) =>
      decideClaim(found, { contact: ana, number: number(told) }, setting),
    );
  const claimed = (store: StoreId, told: string, refundedMinor: number, id?: string) => {
    tell(store, told, id);
    claim(store, told);
    tell(store, told, id, refundedMinor);
  };
  claimed(shop, '1002', 1000);
  tell(shop, '1002', 'gid-2');
  tell(shop, '1002', 'gid-2', 3000);
  claimed(other, '1002', 2000);
  claimed(shop, '1005', 5000);
  claimed(shop, '1003', 1000);
  tell(shop, '1003', 'gid-4');
  claimed(shop, '1003', 4000, 'gid-5');
  return dossierOf(world);
};

export const audit = (given: Dossier): string[] =>
  auditMember(given).map(({ invariant, message }) => `${invariant}: ${message}`);

/** One entry changed, sealed anew or not; what follows is as it was. */
export const withEntry = (seq: number, change: Partial<Entry>, sealed = false): Dossier => {
  const kept = dossier();
  const entries = kept.entries.map((entry) => {
    if (entry.seq !== seq) return entry;
    const { hash, ...content } = { ...entry, ...change };
    return sealed ? seal(content) : { ...content, hash };
  });
  return { ...kept, entries };
};

/** As if an entry had been written otherwise from the start: the chain after it is sealed anew, and the books name its end. */
export const rewrittenFrom = (seq: number, change: Partial<Entry>): Dossier => {
  const kept = dossier();
  let previous = '-';
  const entries = kept.entries.map((entry) => {
    const { hash: _, ...content } = { ...entry, ...(entry.seq === seq ? change : {}), previous };
    const written = seal(content);
    previous = written.hash;
    return written;
  });
  return { ...kept, entries, books: { ...booksIn(kept), head: previous } };
};

export const withBooks = (change: Partial<Member>): Dossier => {
  const kept = dossier();
  return { ...kept, books: { ...booksIn(kept), ...change } };
};
export const withOrder = (change: Partial<Order>): Dossier => {
  const kept = dossier();
  return { ...kept, orders: kept.orders.map((order) => ({ ...order, ...change })) };
};
export const withCoupon = (state: Coupon['state'], change: Partial<Coupon>): Dossier => {
  const kept = dossier();
  const changed = (coupon: Coupon) => (coupon.state === state ? { ...coupon, ...change } : coupon);
  return { ...kept, coupons: kept.coupons.map(changed) };
};
export const withKey = (verb: KeyRecord['verb'], change: Partial<KeyRecord>): Dossier => {
  const kept = dossier();
  return { ...kept, keys: kept.keys.map((key) => (key.verb === verb ? { ...key, ...change } : key)) };
};
