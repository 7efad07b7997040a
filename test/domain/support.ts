/** Builders of what decisions see, so that each test names only what it is about. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Contact } from '../../functions/domain/contact.ts';
import type { Coupon } from '../../functions/domain/coupon.ts';
import { type Email, type EmailHash, hashEmail, normalizeEmail } from '../../functions/domain/email.ts';
import {
  activityId,
  contactId,
  couponKey,
  type Instant,
  instant,
  type OrderNumber,
  operationId,
  orderNumber,
  rewardId,
  storeId,
} from '../../functions/domain/ids.ts';
import type { Change, Decision, EmailRecord, Loaded, Wanted } from '../../functions/domain/ledger.ts';
import type { Holdings } from '../../functions/domain/lots.ts';
import { type Member, newMember, type Posting } from '../../functions/domain/member.ts';
import type { Setting } from '../../functions/domain/membership.ts';
import type { Claim, Order, OrderFacts } from '../../functions/domain/order.ts';
import { type Program, type Reward, readProgram } from '../../functions/domain/program.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export const at = (text: string): Instant => instant.parse(Date.parse(text));
export const plus = (from: Instant, ms: number): Instant => instant.parse(from + ms);

/** When everything happens unless a test says otherwise. */
export const noon = at('2026-12-01T12:00:00Z');

export const ana = contactId.parse('ana-1');
export const ben = contactId.parse('ben-2');
export const shop = storeId.parse('shop');
export const operation = operationId.parse('operation-1');
export const emailKey = 'the key of the e-mails';

export const address = (text: string): Email => {
  const email = normalizeEmail(text);
  if (email === undefined) throw new Error(`${text} is no address`);
  return email;
};
export const anaMail = address('ana@example.com');
export const benMail = address('ben@example.com');
export const hashOf = (email: Email): EmailHash => hashEmail(email, emailKey);

export const number = (text: string): OrderNumber => orderNumber.parse(text);

/** The demo program as YAML gives it. */
export const demoFile = (): unknown => parse(readFileSync('programs/demo.yaml', 'utf8'));

const isNode = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The demo program's file with other values at the given paths; `undefined` takes the key out. */
export const changedFile = (changes: Record<string, unknown>): unknown => {
  const file = demoFile();
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
    const last = keys.pop() ?? '';
    const node = keys.reduce<unknown>((parent, key) => (isNode(parent) ? parent[key] : undefined), file);
    if (!isNode(node)) throw new Error(`the demo program has nothing at ${path}`);
    if (value === undefined) delete node[last];
    else node[last] = value;
  }
  return file;
};

const demoProgram = (): Program => {
  const read = readProgram(demoFile());
  if (read.kind === 'broken') throw new Error('the demo program is broken');
  return read.program;
};
export const demo: Program = demoProgram();

export const rewardOf = (over: Partial<Reward> = {}): Reward => ({
  id: rewardId.parse('tea-towel'),
  name: { en: 'Tea towel' },
  points: 200,
  benefit: { kind: 'product', products: ['TT-01'] },
  store: undefined,
  prefix: 'GIFT',
  expiresAfterDays: 30,
  url: 'https://shop.example/tea-towel',
  imageUrl: undefined,
  stock: undefined,
  limitPerMember: undefined,
  from: undefined,
  to: undefined,
  enabled: true,
  ...over,
});

export const activityOf = (id: string, limits: { perMember?: number; perDay?: number } = {}) => ({
  id: activityId.parse(id),
  points: 20,
  limitPerMember: limits.perMember,
  limitPerDay: limits.perDay,
});

export const settingOf = (program: Partial<Program> = {}, now: Instant = noon): Setting => ({
  program: { ...demo, ...program },
  emailKey,
  stamp: { operation, now, programVersion: 3 },
});

/** Ana's books: a member since the day before, with nothing but what a test gives them. */
export const memberOf = (over: Partial<Member> = {}): Member => ({
  ...newMember(ana, plus(noon, -dayMs)),
  status: 'active',
  membership: 1,
  seq: 4,
  head: 'the hash of entry 4',
  bonusPaid: true,
  ...over,
});

export const personOf = (over: Partial<Contact> = {}): Contact => ({
  contact: ana,
  emails: [anaMail],
  ...over,
});

export const factsOf = (over: Partial<OrderFacts> = {}): OrderFacts => ({
  store: shop,
  number: number('1001'),
  email: hashOf(anaMail),
  totalMinor: 6000,
  refundedMinor: 0,
  currency: 'USD',
  status: 'paid',
  placedAt: plus(noon, -dayMs),
  test: false,
  ...over,
});

export const orderOf = (over: Partial<Order> = {}): Order => ({
  ...factsOf(),
  rev: 5,
  operation: operationId.parse('operation-0'),
  ...over,
});

export const claimOf = (over: Partial<Claim> = {}): Claim => ({
  contact: ana,
  membership: 1,
  at: plus(noon, -hourMs),
  seq: 2,
  rate: { per: 'amount', points: 1, unitMinor: 100 },
  basis: 'total',
  baseMinor: 6000,
  currency: 'USD',
  credited: 60,
  standing: 60,
  lot: 'never',
  ...over,
});

export const couponOf = (over: Partial<Coupon> = {}): Coupon => ({
  key: couponKey.parse('GIFT234567892345'),
  code: 'GIFT-2345-6789-2345',
  state: 'issued',
  contact: ana,
  membership: 1,
  reward: rewardId.parse('tea-towel'),
  points: 200,
  benefit: { kind: 'product', products: ['TT-01'] },
  currency: 'USD',
  issuedAt: plus(noon, -hourMs),
  expiresAt: plus(noon, 30 * dayMs),
  programVersion: 3,
  seq: 3,
  spent: { never: -200 },
  captureAtUse: false,
  captured: false,
  counted: false,
  rev: 1,
  operation,
  ...over,
});

export const emailRecordOf = (email: Email, over: Partial<EmailRecord> = {}): EmailRecord => ({
  email: hashOf(email),
  owner: undefined,
  bonusPaid: false,
  rev: 2,
  ...over,
});

/** What was found; nothing but what is given, and Ana was asked for. */
export const foundOf = (over: Partial<Loaded> = {}): Loaded => ({
  emails: [],
  orders: [],
  coupons: [],
  counters: new Map(),
  asked: { contact: ana },
  ...over,
});

/** The answer and the change of a decision that has seen enough. */
export const answered = <A>(decision: Decision<A>): { answer: A; change: Change | undefined } => {
  if (decision.kind === 'need') throw new Error(`it asks for more: ${JSON.stringify(decision.wanted)}`);
  return { answer: decision.answer, change: decision.change };
};

export const wantedBy = (decision: Decision<unknown>): Wanted => {
  if (decision.kind !== 'need') throw new Error('it asks for nothing more');
  return decision.wanted;
};

/** What remains and what is owed, for comparisons to the last lot. */
export const heldBy = (books: Holdings | undefined) => books && { lots: books.lots, debt: books.debt };

/** The only posting of a change. */
export const onlyPosting = (change: Change | undefined): Posting => {
  const [posting, ...more] = change?.postings ?? [];
  if (posting === undefined || more.length > 0) throw new Error('expected exactly one posting');
  return posting;
};

/** A source of chance that always answers the same place, or the last one there is. */
export const always =
  (place: number) =>
  (n: number): number =>
    Math.min(place, n - 1);

/** A repeatable source of chance that reaches every number. */
export const chanceOf = (seed: number): ((n: number) => number) => {
  let state = seed + 1;
  return (n) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
};
