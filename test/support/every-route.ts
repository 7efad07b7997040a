/** A request that is right for each route of the table, by a member and by a stranger, for tests that spoil it. */
import { type Role, type Route, rooms, servedPaths } from '../../functions/routes.ts';
import type { Shop } from './house.ts';

/** Whom the requests are about; the stranger is no member. */
export const member = 'ana-1';
export const stranger = 'nobody-1';

export const anOrder = {
  order_number: '1001',
  order_id: 'gid-1',
  email: 'ana.secret@example.com',
  total: '60.00',
  currency: 'USD',
  status: 'paid',
  placed_at: '2026-11-20T10:00:00Z',
  refunded: '0.00',
  updated_at: '2026-11-20T10:00:00Z',
  items: [{ sku: 'TT-01', quantity: 1, total: '60.00' }],
  test: false,
};

const chatBodies: Readonly<Record<string, object>> = {
  enroll: { email: 'new-1.secret@example.com', first_name: 'Ana', last_name: 'Lee', referral_code: 'x' },
  'verify-order': { order_number: '1001', store: 'shop' },
  'claim-order': { order_number: '1001', store: 'shop' },
  credit: { activity: 'newsletter', key: 'k-1' },
  rewards: { page: 1 },
  redeem: { reward: 'tea-towel', request_id: 'r-1' },
  preferences: { action: 'stop', text: 'STOP', medium: 'sms' },
  delivered: { send_id: 's-1' },
};

const otherBodies: Readonly<Record<string, object>> = {
  orders: { store: 'shop', orders: [anOrder] },
  'check-coupon': { code: 'GIFT-AAAA-BBBB-CCCC' },
  'use-coupon': { code: 'GIFT-AAAA-BBBB-CCCC', order_number: '1001' },
  'release-coupon': { code: 'GIFT-AAAA-BBBB-CCCC', order_number: '1001' },
  links: { store: 'shop', order_number: '1001', purpose: 'claim' },
  'search-members': { email: 'ana.secret@example.com' },
  adjust: { points: -1, reason: 'a private reason', key: 'key-1', allow_debt: true },
  'change-email': { email: 'other.secret@example.com' },
  'cancel-coupon': { reason: 'a private reason' },
  'store-codes': { codes: ['ALPHA-1', 'BETA-2'] },
  'close-task': { status: 'refused', reason: 'a private reason' },
};

export interface Target {
  readonly route: Route;
  readonly asBlock: boolean;
  readonly role: Role;
  /** With parameters filled in. */
  readonly path: string;
  readonly body: Record<string, unknown>;
}

const parameters: Readonly<Record<string, string>> = {
  members: member,
  coupons: 'GIFT-AAAA-BBBB-CCCC',
  rewards: 'pool',
  tasks: 'TASKAAAABBBBCCCC',
};

const filled = (path: string): string =>
  path.replace(/\/(\w+)\/\{\w+\}/, (_, list: string) => `/${list}/${parameters[list] ?? 'x'}`);

/** Who joins is new each time, and who leaves is nobody that the others still need. */
const callers: Readonly<Record<string, string>> = { enroll: 'joiner-1', leave: 'leaver-1' };

const bodyOf = ({ room, verb }: Route): Record<string, unknown> =>
  room === 'chat'
    ? { contact_id: callers[verb] ?? member, language: 'en', channel: 'telegram', ...chatBodies[verb] }
    : { ...otherBodies[verb] };

/** Every route that takes a key, `/block` twins included; webhooks are let in by their signature, and have tests of their own. */
export const targets: readonly Target[] = servedPaths
  .filter(({ route }) => route.by === 'key')
  .map(({ route, path, asBlock }) => ({
    route,
    asBlock,
    role: rooms[route.room].role,
    path: filled(path),
    body: bodyOf(route),
  }));

export const takesBody = ({ route }: Target): boolean => route.method === 'POST';

/** The body in each of the three shapes of a contact, for the chat routes. */
export const shapesOf = ({ body, route }: Target): Record<string, unknown>[] => {
  if (route.room !== 'chat') return [body];
  const { contact_id: id, language, channel, ...inputs } = body;
  return [
    body,
    {
      contact: { id, email: 'own.secret@example.com', locale: 'en_US', custom_fields: {} },
      channel,
      language,
      ...inputs,
    },
    { id, key: `user:${id}`, language: 'en', custom_fields: { channel, ...inputs } },
  ];
};

let requests = 0;

/** The same request under names of its own, where it has any: a replay would never get as far as the books. */
export const anew = (text: string): string => {
  requests += 1;
  return text.replace(/\b(k|r|key|joiner|new)-1\b/g, `$1-${requests}`);
};

/** Something to lose: a member with points and a coupon, a pool and an order. */
export const furnish = async (shop: Shop): Promise<void> => {
  const ana = { contact_id: member, email: 'ana.secret@example.com', first_name: 'Ana' };
  await shop.chat('enroll', ana);
  await shop.push({ order_number: '900', email: ana.email, total: '300.00' });
  await shop.push({ order_number: '1001', email: ana.email });
  await shop.chat('claim-order', { ...ana, order_number: '900' });
  await shop.chat('redeem', { ...ana, reward: 'tea-towel' });
  await shop.chat('enroll', { contact_id: 'leaver-1', email: 'leaver.secret@example.com' });
  await shop.admin('POST', `members/${member}/adjust`, { points: 1_000_000, reason: 'rich', key: 'rich' });
};

/** A pool, and no end of tries. */
export const withPool = (file: { rewards: object[]; claims: { attempts_per_hour: number } }): void => {
  file.claims.attempts_per_hour = 1_000_000;
  file.rewards.push({ id: 'pool', kind: 'pool', name: { en: 'Pool' }, points: 5 });
};
