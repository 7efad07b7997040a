/** The commands of the model-based test: each meets faults, runs on the real thing and on the model, and must agree. */
import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import { balanceOf, spendable } from '../../functions/domain/lots.ts';
import type { Desk } from '../support/desk.ts';
import { type Fault, faults } from '../support/faults.ts';
import type { Model } from './reference-model.ts';

export const contacts = ['ana', 'bob', 'eve'] as const;
const emails = ['ana@example.com', 'bob@example.com'] as const;
const orders = ['1001', '1002', '1003'] as const;
const cost = 200;

type Command = fc.AsyncCommand<Model, Desk>;
type Work = (model: Model, desk: Desk) => Promise<void>;

/** A command with the faults that the next calls will meet. */
const command = (name: string, plan: readonly Fault[], work: Work): Command => ({
  check: () => true,
  run: async (model, desk) => {
    desk.trouble.plan(plan);
    await work(model, desk);
    desk.trouble.plan([]);
    await desk.trouble.landed();
    await compare(model, desk);
  },
  toString: () => `${name} [${plan.join(', ')}]`,
});

/** Every balance of the real thing is the model's; below 0 it is a debt. */
const compare = async (model: Model, desk: Desk): Promise<void> => {
  for (const contact of contacts) {
    const { member } = await desk.look(contact);
    const expected = model.member(contact);
    expect({ contact, active: member?.status === 'active' }).toEqual({ contact, active: expected.active });
    if (member === undefined) continue;
    const held = { contact, points: spendable(member), debt: member.debt, won: member.won };
    const { balance, won } = expected;
    expect(held).toEqual({
      contact,
      points: Math.max(0, balance),
      debt: Math.max(0, -balance),
      won: expected.active ? won : 0,
    });
  }
};

const enroll =
  (contact: string, email: string): Work =>
  async (model, desk) => {
    const { result } = await desk.enroll(contact, email);
    if (model.member(contact).active) return expect(result).toBe('already_member');
    if (model.ownerOf(email) !== undefined) return expect(result).toBe('email_in_use');
    expect(result).toBe('enrolled');
    model.join(contact, email, desk.program.signupBonus);
  };

const leave =
  (contact: string): Work =>
  async (model, desk) => {
    const { result } = await desk.leave(contact);
    const member = model.member(contact);
    expect(result).toBe(member.active ? 'left' : 'not_member');
    Object.assign(member, { active: false, balance: 0, won: 0, email: undefined });
  };

const claim =
  (contact: string, order: string): Work =>
  async (model, desk) => {
    const expected = model.claimResult(contact, order);
    const preview = await desk.verify(contact, order);
    const { result, extras } = await desk.claim(contact, order);
    expect(result).toBe(expected);
    if (expected !== 'credited') return;
    // What a preview shows is what a grant gives.
    expect(preview.result).toBe('valid');
    const view = {} as never;
    expect(extras?.(view).order_points).toBe(preview.extras?.(view).order_points);
    model.claim(contact, order);
  };

interface News {
  readonly total: number;
  readonly refunded: number;
  readonly refund: boolean;
}
const told = ({ total, refunded, refund }: News) => ({
  total,
  refunded,
  ...(refund ? { status: 'refunded' as const } : {}),
});

const push =
  (order: string, email: string, news: News): Work =>
  async (model, desk) => {
    await desk.push(order, email, told(news));
    model.news(order, email, news);
  };

const twice =
  (order: string, email: string, news: News): Work =>
  async (model, desk) => {
    await desk.push(order, email, told(news));
    expect(await desk.push(order, email, told(news))).toBe('unchanged');
    model.news(order, email, news);
  };

/** A claim that crosses news of its order ends as if one had come after the other. */
const race =
  (contact: string, order: string, news: News): Work =>
  async (model, desk) => {
    const email = model.orders.get(order)?.email ?? emails[0];
    const [{ result }] = await Promise.all([desk.claim(contact, order), desk.push(order, email, told(news))]);
    const claimed = (world: Model): string => {
      const expected = world.claimResult(contact, order);
      if (expected === 'credited') world.claim(contact, order);
      return expected;
    };
    const claimFirst = model.fork();
    const newsFirst = model.fork();
    const results = [claimed(claimFirst), ''];
    claimFirst.news(order, email, news);
    newsFirst.news(order, email, news);
    results[1] = claimed(newsFirst);
    const { member } = await desk.look(contact);
    const balance = member === undefined ? 0 : balanceOf(member);
    const fits = [claimFirst, newsFirst].find(
      (world, at) => results[at] === result && world.member(contact).balance === balance,
    );
    expect({ result, balance, oneOf: results, fits: fits !== undefined }).toEqual({
      result,
      balance,
      oneOf: results,
      fits: true,
    });
    model.adopt(fits ?? model);
  };

/** Changes of the person that cross a claim: nothing of either is lost. */
const personRace =
  (contact: string, order: string): Work =>
  async (model, desk) => {
    const before = await desk.look(contact);
    const expected = model.claimResult(contact, order);
    const misses = before.contact?.attempts?.count ?? 0;
    const person = before.contact;
    const [{ result }, missed] = await Promise.all([
      desk.claim(contact, order),
      desk.claim(contact, 'NO-SUCH-ORDER'),
      person === undefined ? undefined : desk.touch(person, 'ko'),
    ]);
    expect(result).toBe(expected);
    if (expected === 'credited') model.claim(contact, order);
    if (!model.member(contact).active) return;
    expect(missed.result).toBe('not_found');
    const { contact: after } = await desk.look(contact);
    expect(after?.language).toBe('ko');
    // A lost answer may count an attempt once more, never once less.
    const due = misses + 1 + (expected === 'not_found' ? 1 : 0);
    expect(after?.attempts?.count ?? 0).toBeGreaterThanOrEqual(due);
  };

const redeem =
  (contact: string, request: string | undefined): Work =>
  async (model, desk) => {
    const member = model.member(contact);
    const outcome = await desk.redeem(contact, 'tea-towel', request);
    if (!member.active) return expect(outcome.result).toBe('not_member');
    const key = `redeem ${contact} ${request}`;
    const earlier = request === undefined ? undefined : model.coupons.get(model.keys.get(key) ?? '');
    if (earlier !== undefined && earlier.state !== 'cancelled')
      return expect(outcome.result).toBe('already_issued');
    if (member.balance < cost) return expect(outcome.result).toBe('not_enough_points');
    expect(outcome.result).toBe('issued');
    const code = String(
      outcome.extras?.({ program: desk.program, speaker: { name: () => '' } } as never).coupon_code,
    );
    model.coupons.set(code, { contact, membership: member.membership, points: cost, state: 'issued' });
    if (request !== undefined) model.keys.set(key, code);
    member.balance -= cost;
    member.won += 1;
  };

/** Two redemptions at once at a balance for one or two: as many coupons as debits. */
const redeemTwice =
  (contact: string): Work =>
  async (model, desk) => {
    const member = model.member(contact);
    const outcomes = await Promise.all([
      desk.redeem(contact, 'tea-towel'),
      desk.redeem(contact, 'tea-towel'),
    ]);
    const issued = outcomes.filter(({ result }) => result === 'issued');
    const affordable = member.active ? Math.min(2, Math.floor(Math.max(0, member.balance) / cost)) : 0;
    expect(issued.length).toBe(affordable);
    for (const { extras } of issued) {
      const code = String(
        extras?.({ program: desk.program, speaker: { name: () => '' } } as never).coupon_code,
      );
      model.coupons.set(code, { contact, membership: member.membership, points: cost, state: 'issued' });
      member.balance -= cost;
      member.won += 1;
    }
  };

const couponAt = (model: Model, at: number) => [...model.coupons][at % Math.max(1, model.coupons.size)];

const use =
  (at: number, order: string): Work =>
  async (model, desk) => {
    const [code, coupon] = couponAt(model, at) ?? [];
    const result = await desk.use(code ?? 'GIFT-2222-2222-2222', order);
    if (coupon === undefined) return expect(result).toBe('unknown');
    if (coupon.usedBy === order) return expect(result).toBe('used');
    if (coupon.state !== 'issued')
      return expect(result).toBe(coupon.state === 'used' ? 'already_used' : 'cancelled');
    expect(result).toBe('used');
    Object.assign(coupon, { state: 'used', usedBy: order });
  };

const release =
  (at: number, order: string): Work =>
  async (model, desk) => {
    const [code, coupon] = couponAt(model, at) ?? [];
    if (code === undefined || coupon === undefined || coupon.usedBy !== order) return;
    expect(await desk.release(code, order)).toBe('released');
    Object.assign(coupon, { state: 'issued', usedBy: undefined });
  };

const cancel =
  (at: number): Work =>
  async (model, desk) => {
    const [code, coupon] = couponAt(model, at) ?? [];
    const result = await desk.cancel(code ?? 'GIFT-2222-2222-2222');
    if (coupon === undefined) return expect(result).toBe('not_found');
    if (coupon.state === 'used') return expect(result).toBe('conflict');
    if (coupon.state === 'cancelled') return expect(result).toBe('already_undone');
    expect(result).toBe('undone');
    coupon.state = 'cancelled';
    const member = model.member(coupon.contact);
    if (!member.active || member.membership !== coupon.membership) return;
    member.balance += coupon.points;
    member.won -= 1;
  };

const credit =
  (contact: string, key: string): Work =>
  async (model, desk) => {
    const member = model.member(contact);
    const { result } = await desk.credit(contact, 'visit', key);
    if (!member.active) return expect(result).toBe('not_member');
    const name = `credit ${contact} ${key}`;
    expect(result).toBe(model.keys.has(name) ? 'already_credited' : 'credited');
    if (!model.keys.has(name)) member.balance += 30;
    model.keys.set(name, 'visit');
  };

const adjust =
  (contact: string, points: number, key: string): Work =>
  async (model, desk) => {
    const member = model.member(contact);
    const result = await desk.adjust(contact, points, key);
    if (!member.active) return expect(result).toBe('not_found');
    const name = `adjust ${contact} ${key}`;
    const before = model.keys.get(name);
    expect(result).toBe(before === undefined || before === String(points) ? 'adjusted' : 'key_reused');
    if (before === undefined) member.balance += points;
    model.keys.set(name, before ?? String(points));
  };

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const contact = one(...contacts);
const email = one(...emails);
const order = one(...orders);
const coupon = fc.nat({ max: 5 });
const key = one('k1', 'k2');
const news = fc.record({
  total: one(0, 4_999, 6_000, 12_050, 25_000),
  refunded: one(0, 0, 1, 1_000, 5_999, 12_050),
  refund: one(false, false, false, false, true),
});
const plan = fc.oneof(
  fc.array(one('none' as Fault, 'none' as Fault, ...faults), { maxLength: 6 }),
  // What hurts most: the first write is late, and its repeat is throttled.
  fc.constant<Fault[]>(['none', 'time-out late', 'none', 'throttle']),
);

const built = <A extends unknown[]>(name: string, args: fc.Arbitrary<A>, work: (...args: A) => Work) =>
  fc
    .tuple(plan, args)
    .map(([trouble, values]) =>
      command(
        `${name}(${values.map((value) => JSON.stringify(value)).join(', ')})`,
        trouble,
        work(...values),
      ),
    );

export const commands = fc.commands(
  [
    built('enroll', fc.tuple(contact, email), enroll),
    built('enroll', fc.tuple(one('ana'), one('ana@example.com')), enroll),
    built('leave', fc.tuple(contact), leave),
    built('push', fc.tuple(order, email, news), push),
    built(
      'push',
      fc.tuple(order, one('ana@example.com'), one({ total: 25_000, refunded: 0, refund: false })),
      push,
    ),
    built('push twice', fc.tuple(order, email, news), twice),
    built('claim', fc.tuple(contact, order), claim),
    built('claim', fc.tuple(one('ana'), order), claim),
    built('claim × refund', fc.tuple(contact, order, news), race),
    built('claim × person', fc.tuple(contact, order), personRace),
    built('redeem', fc.tuple(contact, fc.option(key, { nil: undefined })), redeem),
    built('redeem × redeem', fc.tuple(contact), redeemTwice),
    built('use', fc.tuple(coupon, one('3001', '3002')), use),
    built('release', fc.tuple(coupon, one('3001', '3002')), release),
    built('cancel', fc.tuple(coupon), cancel),
    built('credit', fc.tuple(contact, key), credit),
    built('adjust', fc.tuple(contact, one(-60, 40, 250), key), adjust),
  ],
  { maxCommands: 25, size: 'max' },
);
