/** A way through every outcome that the chat routes have: each stop is a request and the result that it must give. */
import type { Reply, Shop } from './house.ts';

export interface Stop {
  readonly verb: string;
  readonly result: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a request of this person begins with. */
type By = (contact: string) => Record<string, unknown>;

/** Sends the stop's request. */
export type Visit = (stop: Stop) => Promise<void>;

const coupon = { prefix: 'GIFT', expires_after_days: 30 };
const url = 'https://shop.example/rewards';

/** Turns the demo into a program in which every outcome can be reached. */
export const tourProgram = (file: Reply): void => {
  file.claims = { max_age_days: 30, attempts_per_hour: 3 };
  const name = (en: string) => ({ en });
  file.rewards = [
    { id: 'gift', kind: 'product', name: name('Gift'), points: 10, products: ['A'], url, coupon },
    {
      id: 'once',
      kind: 'percent',
      value: 15,
      name: name('Once'),
      points: 10,
      url,
      coupon,
      limit: { per_member: 1 },
    },
    { id: 'money', kind: 'amount', value: '5.00', name: name('Money'), points: 20, url, coupon },
    { id: 'ship', kind: 'free_shipping', name: name('Shipping'), points: 20, url, coupon },
    { id: 'task', kind: 'manual', name: name('Task'), points: 5 },
    { id: 'pool', kind: 'pool', name: name('Pool'), points: 5 },
    { id: 'gone', kind: 'product', name: name('Gone'), points: 5, products: ['A'], url, coupon, stock: 0 },
    {
      id: 'off',
      kind: 'product',
      name: name('Off'),
      points: 5,
      products: ['A'],
      url,
      coupon,
      enabled: false,
    },
    { id: 'dear', kind: 'product', name: name('Dear'), points: 900_000_000, products: ['A'], url, coupon },
  ];
  file.activities = [
    { id: 'survey', points: 5 },
    { id: 'daily', points: 5, limit: { per_day: 1 } },
    { id: 'fortune', points: 123_456 },
  ];
};

const longAgo = (): string => new Date(Date.now() - 60 * 86_400_000).toISOString();

const strangers = async (visit: Visit, by: By): Promise<void> => {
  const nobody = by('nobody');
  const inputs: Record<string, object> = {
    credit: { activity: 'survey' },
    'verify-order': { order_number: '1' },
    'claim-order': { order_number: '1' },
    redeem: { reward: 'gift' },
  };
  for (const verb of [
    'leave',
    'verify-order',
    'claim-order',
    'credit',
    'balance',
    'history',
    'rewards',
    'redeem',
    'coupons',
    'delivered',
  ])
    await visit({ verb, result: 'not_member', body: { ...nobody, ...inputs[verb] } });
};

const joining = async (visit: Visit, by: By, email: string): Promise<void> => {
  const enroll = (contact: string, result: string, more: object) =>
    visit({ verb: 'enroll', result, body: { ...by(contact), ...more } });
  await enroll('ana', 'email_needed', {});
  await enroll('ana', 'email_invalid', { email: 'ana at example' });
  await enroll('ana', 'enrolled', { email, first_name: 'Ana' });
  await enroll('ana', 'already_member', { email });
  for (let tries = 0; tries < 3; tries += 1) await enroll('thief', 'email_in_use', { email });
  await enroll('thief', 'too_many_attempts', { email });
};

/** Orders in every state, of Ana's e-mail; `taken` was claimed by somebody else before it became hers. */
const pushOrders = async (shop: Shop, tag: string, email: string): Promise<void> => {
  const other = `${tag}-bob@example.com`;
  const orders: Record<string, object> = {
    good: {},
    next: {},
    unpaid: { status: 'pending' },
    cancelled: { status: 'cancelled' },
    refunded: { status: 'refunded' },
    old: { placed_at: longAgo() },
    foreign: { currency: 'EUR' },
    taken: { email: other },
  };
  for (const [name, told] of Object.entries(orders))
    await shop.push({ order_number: `${tag}-${name}`, email, ...told });
  await shop.chat('enroll', { contact_id: `${tag}-bob`, email: other });
  await shop.chat('claim-order', { contact_id: `${tag}-bob`, order_number: `${tag}-taken` });
  await shop.push({ order_number: `${tag}-taken`, email });
};

const claiming = async (visit: Visit, by: By, tag: string): Promise<void> => {
  const seen: [string, string][] = [
    ['unpaid', 'not_paid'],
    ['cancelled', 'cancelled'],
    ['refunded', 'refunded'],
    ['old', 'too_old'],
    ['foreign', 'wrong_currency'],
    ['taken', 'claimed_by_other'],
  ];
  const order = (verb: string, name: string, result: string, contact = 'ana') =>
    visit({ verb, result, body: { ...by(contact), order_number: `#${tag}-${name}` } });
  await order('verify-order', 'good', 'valid');
  await order('claim-order', 'good', 'credited');
  for (const verb of ['verify-order', 'claim-order']) {
    await visit({ verb, result: 'order_number_needed', body: by('ana') });
    await order(verb, 'good', 'already_claimed');
    for (const [name, result] of seen) await order(verb, name, result);
  }
  for (const verb of ['verify-order', 'claim-order', 'verify-order'])
    await order(verb, 'nowhere', 'not_found');
  await order('verify-order', 'next', 'too_many_attempts');
  await order('claim-order', 'next', 'too_many_attempts');
};

const earning = async (visit: Visit, by: By): Promise<void> => {
  const credit = (result: string, more: object) =>
    visit({ verb: 'credit', result, body: { ...by('ana'), ...more } });
  await credit('credited', { activity: 'survey', key: 'one' });
  await credit('already_credited', { activity: 'survey', key: 'one' });
  await credit('key_reused', { activity: 'daily', key: 'one' });
  await credit('credited', { activity: 'daily' });
  await credit('limit_reached', { activity: 'daily' });
  await credit('activity_unknown', { activity: 'knitting' });
};

const taking = async (shop: Shop, visit: Visit, by: By, tag: string): Promise<void> => {
  const redeem = (result: string, more: object) =>
    visit({ verb: 'redeem', result, body: { ...by('ana'), ...more } });
  await visit({ verb: 'coupons', result: 'ok', body: by('ana') });
  await redeem('reward_needed', {});
  await redeem('reward_unknown', { reward: 'unicorn' });
  await redeem('not_enough_points', { reward: 'dear' });
  await redeem('reward_unavailable', { reward: 'off' });
  await redeem('sold_out', { reward: 'gone' });
  await redeem('issued', { reward: 'gift', request_id: 'r1' });
  await redeem('already_issued', { reward: 'gift', request_id: 'r1' });
  await redeem('key_reused', { reward: 'money', request_id: 'r1' });
  await redeem('issued', { reward: 'once', request_id: 'r2' });
  await redeem('limit_reached', { reward: 'once', request_id: 'r3' });
  await redeem('requested', { reward: 'task' });
  await redeem('already_issued', { reward: 'task' });
  await shop.admin('POST', 'rewards/pool/codes', { codes: [`POOL-${tag}`] });
  await redeem('issued', { reward: 'pool' });
};

const wishing = async (visit: Visit, by: By): Promise<void> => {
  const wish = (contact: string, result: string, more: object) =>
    visit({ verb: 'preferences', result, body: { ...by(contact), ...more } });
  await wish('nobody', 'stopped', { text: ' stop ' });
  await wish('nobody', 'started', { action: 'start' });
  await wish('ana', 'ok', { action: 'status' });
  await wish('ana', 'not_understood', { text: 'what is this' });
  await wish('ana', 'stopped', { text: 'İptal', medium: 'sms' });
  await wish('ana', 'stopped', { action: 'stop', medium: 'all' });
  await wish('ana', 'ok', { action: 'status' });
  await wish('ana', 'started', { text: '시작' });
};

/** Four weeks pass, and the flow of the reminder reports back; then the clock is set back for who comes next. */
const reminded = async (shop: Shop, visit: Visit, by: By): Promise<void> => {
  const clock = async (to: object) => (await shop.request('POST', '/_local/clock', to)).json.now;
  await visit({ verb: 'delivered', result: 'unknown_send', body: { ...by('ana'), send_id: 'nothing' } });
  const now = await clock({ advance: 'PT0S' });
  await clock({ advance: 'P29D' });
  await shop.request('POST', '/_local/run/remind', {});
  for (const body of [by('ana'), by('ana')]) await visit({ verb: 'delivered', result: 'confirmed', body });
  await clock({ now });
};

/**
 * Visits every outcome, as people of their own. A program may be toured many times under different tags (letters and digits).
 * @param extra goes with every request: language, channel
 */
export const tour = async (shop: Shop, tag: string, extra: object, visit: Visit): Promise<void> => {
  const by = (contact: string) => ({ contact_id: `${tag}-${contact}`, ...extra });
  const email = `${tag}-ana@example.com`;
  const look = async (...verbs: string[]) => {
    for (const verb of verbs) await visit({ verb, result: 'ok', body: by('ana') });
  };
  await strangers(visit, by);
  await joining(visit, by, email);
  await look('balance', 'history', 'rewards');
  await pushOrders(shop, tag, email);
  await claiming(visit, by, tag);
  await earning(visit, by);
  await taking(shop, visit, by, tag);
  await look('balance', 'history', 'rewards', 'coupons');
  await visit({ verb: 'credit', result: 'credited', body: { ...by('ana'), activity: 'fortune' } });
  await wishing(visit, by);
  await reminded(shop, visit, by);
  for (const page of [1, 2, 99]) await visit({ verb: 'rewards', result: 'ok', body: { ...by('ana'), page } });
  await look('balance');
  await shop.admin('POST', `members/${tag}-ana/adjust`, {
    points: -200_000,
    reason: 'test',
    key: 'debt',
    allow_debt: true,
  });
  await look('balance', 'history', 'rewards', 'coupons');
  await visit({ verb: 'leave', result: 'left', body: by('ana') });
};
