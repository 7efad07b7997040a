/** Draws what happens in the year: the orders are the file's, what people say and do is chance. */
import { createHash } from 'node:crypto';
import { decimalsOf } from '../../functions/domain/money.ts';
import type { OrderRow } from '../replay/orders-file.ts';
import { type Draw, drawing } from './chance.ts';
import { dayMs, minuteMs } from './clockwork.ts';
import { type Customer, type Deed, type Event, inOrder, type ToldOrder } from './events.ts';
import { programs, rewards } from './terms.ts';

/** Another year than the file's: its zones change their clocks as they do today. */
export const yearBegins = Date.UTC(2027, 0, 1);
export const yearEnds = Date.UTC(2028, 0, 1);

const hourMs = 60 * minuteMs;

export interface Year {
  readonly customers: readonly Customer[];
  readonly events: readonly Event[];
  readonly currency: string;
  /** Orders of the file after the year's end. */
  readonly ordersLeftOut: number;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Each program as often as it has customers. */
const places = programs.flatMap((terms) => Array.from({ length: terms.customers }, () => terms));

/** Who a customer is in the year: the same in every year. */
export const customerOf = (email: string): Customer => {
  const digest = hash(email);
  const pick = (from: number, of: number) => Number.parseInt(digest.slice(from, from + 6), 16) % of;
  return {
    contact: `sim-${digest.slice(0, 16)}`,
    email,
    program: places[pick(20, places.length)] ?? programs[0],
    language: (['en', 'ko', 'tr'] as const)[pick(30, 3)] ?? 'en',
  };
};

const stopWords = [
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  '수신거부',
  'DUR',
  'İPTAL',
] as const;
const startWords = ['START', 'UNSTOP', '수신동의', 'BAŞLA', 'EVET'] as const;

/** As people type: in any case, with stray blanks. */
const typed = (word: string, draw: Draw): string => {
  const cased = draw.one([word, word.toLowerCase(), `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`]);
  return draw.one([cased, `  ${cased}`, `${cased} \n`]);
};

export const saying = (
  wish: 'stop' | 'start',
  medium: Extract<Deed, { kind: 'say' }>['medium'],
  draw: Draw,
): Deed => ({
  kind: 'say',
  wish,
  medium,
  text: typed(draw.one(wish === 'stop' ? stopWords : startWords), draw),
});

type Add = (at: number, deed: Deed) => void;

/** Orders arrive from the shop, are claimed after a while as a rule, and now and then refunded. */
const buy = (order: ToldOrder, joinedAt: number, add: Add, draw: Draw): void => {
  add(order.placedAt, { kind: 'push', order });
  if (draw.happens(0.9)) {
    const claimedAt = Math.max(order.placedAt, joinedAt) + draw.whole(5 * minuteMs, 3 * dayMs);
    add(claimedAt, { kind: 'claim', number: order.number });
    if (draw.happens(0.4)) {
      const reward = draw.one([rewards[0], rewards[1], rewards[2]]).id;
      add(claimedAt + draw.whole(minuteMs, 2 * dayMs), { kind: 'redeem', reward });
    }
  }
  if (draw.happens(0.06)) {
    const part = draw.happens(0.5) ? Math.floor(order.minor * draw.share()) : order.minor;
    const told: ToldOrder = { ...order, refundedMinor: part };
    add(order.placedAt + draw.whole(2 * dayMs, 40 * dayMs), { kind: 'push', order: told });
  }
};

/** Chats at any time; those that a reminder needs are planted later. */
const chat = (joinedAt: number, add: Add, draw: Draw): void => {
  for (let n = draw.whole(0, 3); n > 0; n -= 1)
    add(joinedAt + draw.whole(dayMs, 330 * dayMs), {
      kind: 'chat',
      channel: draw.one(['messenger', 'instagram']),
    });
};

const wish = ({ program }: Customer, joinedAt: number, add: Add, draw: Draw): void => {
  if (!draw.happens(0.2)) return;
  const medium = draw.one([program.channel, program.channel, 'all', 'telegram'] as const);
  const at = joinedAt + draw.whole(hourMs, 250 * dayMs);
  add(at, saying('stop', medium, draw));
  if (draw.happens(0.6))
    add(at + draw.whole(hourMs, 100 * dayMs), saying('start', draw.one([medium, 'all']), draw));
};

const leave = (joinedAt: number, add: Add, draw: Draw): void => {
  if (!draw.happens(0.1)) return;
  const at = joinedAt + draw.whole(dayMs, 250 * dayMs);
  add(at, { kind: 'leave' });
  if (draw.happens(0.7)) add(at + draw.whole(hourMs, 60 * dayMs), { kind: 'join' });
};

const offsets = ['-08:00', '-05:00', '+00:00', '+03:00', '+05:30', '+09:00'] as const;

/** What ManyChat knows of a contact, told along with a chat: nothing, or opt-ins that may change, and their clock. */
const profile = (joinedAt: number, add: Add, draw: Draw): void => {
  const flags = { optinEmail: draw.happens(0.9), optinPhone: draw.happens(0.9) };
  add(joinedAt + draw.whole(minuteMs, 20 * minuteMs), {
    kind: 'profile',
    ...(draw.happens(0.7) ? { offset: draw.one(offsets) } : {}),
    ...(draw.happens(0.5) ? flags : {}),
  });
  if (!draw.happens(0.15)) return;
  const at = joinedAt + draw.whole(dayMs, 200 * dayMs);
  add(at, { kind: 'profile', optinEmail: false, optinPhone: false });
  if (draw.happens(0.7))
    add(at + draw.whole(dayMs, 90 * dayMs), { kind: 'profile', optinEmail: true, optinPhone: true });
};

const live = (customer: Customer, orders: readonly ToldOrder[], seed: number): Event[] => {
  const draw = drawing(seed, customer.contact);
  const [first] = orders;
  if (first === undefined) return [];
  const opensAt = yearBegins + customer.program.opensOnDay * dayMs + 9 * hourMs;
  const joinedAt = Math.max(first.placedAt, opensAt) + draw.whole(minuteMs, 60 * minuteMs);
  const events: Event[] = [];
  const add: Add = (at, deed) => {
    if (at > yearBegins && at < yearEnds) events.push({ at, customer, deed });
  };
  add(joinedAt, { kind: 'join' });
  profile(joinedAt, add, draw);
  for (const order of orders) buy(order, joinedAt, add, draw);
  wish(customer, joinedAt, add, draw);
  leave(joinedAt, add, draw);
  chat(joinedAt, add, draw);
  return events;
};

/** The currency that most orders of the file are in. */
const usualCurrency = (rows: readonly OrderRow[]): string => {
  const groups = Map.groupBy(rows, ({ currency }) => currency);
  return [...groups].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? 'USD';
};

/** The file's orders, moved by whole days so that the first day is the year's first; a jitter keeps noon from being one instant. */
const told = (row: OrderRow, shiftMs: number, currency: string): ToldOrder => ({
  number: row.number,
  total: row.total,
  minor: row.totalMinor,
  refundedMinor: 0,
  decimals: decimalsOf(row.currency),
  currency: row.currency,
  foreign: row.currency !== currency,
  status: row.status,
  placedAt: Date.parse(row.placedAt) + shiftMs + (Number.parseInt(hash(row.number).slice(0, 8), 16) % hourMs),
});

/** @param most so many customers at most, chosen by chance that does not change */
export const drawYear = (rows: readonly OrderRow[], seed: number, most = Number.POSITIVE_INFINITY): Year => {
  const firstDay = Math.min(...rows.map(({ placedAt }) => Math.floor(Date.parse(placedAt) / dayMs) * dayMs));
  const currency = usualCurrency(rows);
  const byCustomer = [...Map.groupBy(rows, ({ email }) => email)]
    .map(([email, of]) => ({ customer: customerOf(email), of }))
    .toSorted((a, b) => (a.customer.contact < b.customer.contact ? -1 : 1))
    .slice(0, most);
  let ordersLeftOut = 0;
  const events = byCustomer.flatMap(({ customer, of }) => {
    const orders = of
      .map((row) => told(row, yearBegins - firstDay, currency))
      .toSorted((a, b) => a.placedAt - b.placedAt);
    const within = orders.filter(({ placedAt }) => placedAt < yearEnds);
    ordersLeftOut += orders.length - within.length;
    return live(customer, within, seed);
  });
  const customers = byCustomer.map(({ customer }) => customer);
  return { customers, events: inOrder(events), currency, ordersLeftOut };
};
