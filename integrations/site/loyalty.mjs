/**
 * Loyalty endpoint for your own shop, for Node 18 or newer; the twin of loyalty.php. One file, nothing to install.
 *
 * 1. Run it (`node loyalty.mjs` listens on PORT), or hand `respond` the headers and the raw body in a server of your own.
 * 2. Set LOYALTY_SITE_SECRET, and LOYALTY_HOOK_URL to push news of orders.
 * 3. Make the functions of part 1 read and write YOUR shop. As they stand they work on small files, so that you can try it.
 *
 * The guide beside this file (README.md) shows every question and answer.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath, pathToFileURL } from 'node:url';

const env = process.env;
/** whsec_ and a key in base64; the same one lies with the loyalty service. While you replace it, the old one stays valid too. */
const secrets = [env.LOYALTY_SITE_SECRET, env.LOYALTY_SITE_PREVIOUS_SECRET].filter(Boolean);
/** Where news of orders goes: https://<the loyalty service>/v1/hooks/<program>/<store> */
const hookUrl = env.LOYALTY_HOOK_URL ?? '';
/** The example's orders and coupons, unless told beside the folder of this file. Never where visitors can read them: e-mails lie there. */
const dataFolder = env.LOYALTY_SITE_DATA ?? fileURLToPath(new URL('../loyalty-data', import.meta.url));
/** The currency that you sell in. */
const currency = env.LOYALTY_SITE_CURRENCY ?? 'USD';

// ---------------------------------------------------------------------------------------------------------------------
// Part 1. Your shop. Make these functions read and write your own tables.

/**
 * The order of this number, or undefined. Sums are texts in major units; times have a zone; `order_id` never changes and is
 * never used again. In your shop this is one SELECT:
 *   { order_number: '1001', order_id: '1001', email: 'ana@example.com', total: '60.00', refunded: '0.00', currency: 'USD',
 *     status: 'pending' | 'paid' | 'fulfilled' | 'cancelled' | 'refunded', placed_at: '2026-11-20T10:00:00Z',
 *     updated_at: '2026-11-20T10:00:05.120Z', test: false, coupon_codes: [] }
 */
const findOrder = async (number) => {
  const order = await readRecord('orders', number);
  return order && { ...order, linked: (await readRecord('links', number)) !== undefined };
};

/** The same by `order_id`; in the example the two are one. */
const findOrderById = (id) => findOrder(id);

/** Orders that changed at or after a time, oldest change first, and the cursor of the next page or null. */
const changedOrders = async (since, cursor) => {
  const after = cursor ?? sortKey({ updated_at: since, order_number: '' });
  const orders = (await Promise.all((await recordNames('orders')).map(findOrder))).filter(Boolean);
  const later = orders
    .map((order) => ({ order, key: sortKey(order) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = later.slice(0, 100);
  return { orders: page.map(({ order }) => order), next: later.length > 100 ? page[99].key : null };
};

/**
 * Makes a coupon that can be used once, and only from `starts_at` to `expires_at`. Asked twice for one `redemption_id` it makes
 * one. Gives undefined when it is there, or why it is not: 'duplicate' (another coupon has the code), 'cancelled', 'unsupported'.
 *
 * Two requests may come at the same moment. In a database let a UNIQUE index on the code decide, never a SELECT before the INSERT.
 */
const createCoupon = async (coupon) => {
  if (!['product', 'amount', 'percent', 'free_shipping'].includes(coupon.kind)) return 'unsupported';
  if (await createRecord('coupons', coupon.code, coupon)) return undefined;
  const there = await readRecord('coupons', coupon.code);
  if (there?.redemption_id !== coupon.redemption_id) return 'duplicate';
  return (await couponEnd(coupon.code)) === 'cancelled' ? 'cancelled' : undefined;
};

/** The coupon of this code with its `redemption_id`, or undefined. */
const findCoupon = (code) => readRecord('coupons', code);

/** What ended it: 'used', 'cancelled', or undefined while it can be used. */
const couponEnd = async (code) => (await readRecord('ended', code))?.by;

/** Ends an unused coupon. Whichever comes first wins, this or the customer's use; in a database: UPDATE ... WHERE used = 0. */
const cancelCoupon = (code) => createRecord('ended', code, { by: 'cancelled' });

/** Keeps a signed link beside an order, for the mail that you send to the customer. False where there is no such order. */
const attachLink = async (orderId, ref) => {
  if ((await findOrderById(orderId)) === undefined) return false;
  await writeRecord('links', orderId, { ref });
  return true;
};

/** Call this whenever an order was paid, changed, cancelled or refunded. False where it was not taken; the error output says why. */
export const pushOrder = async (number) => {
  const order = await findOrder(number);
  if (order === undefined) return notTaken(`findOrder knows no order "${number}".`);
  const refunded = order.status === 'refunded' || Number(order.refunded) > 0;
  if (order.status === 'cancelled') return push('order.cancelled', order);
  if (refunded) return push('order.refunded', order);
  return push(order.status === 'pending' ? 'order.updated' : 'order.paid', order);
};

/** Call this when an order used a coupon (`coupon.redeemed`), or gave it free again (`coupon.released`). */
export const pushCoupon = (type, code, orderNumber) => push(type, { code, order_number: orderNumber });

// The example's store: one small file for each record. A record is created by a link, which the system makes once.

const folderOf = async (kind) => {
  await mkdir(`${dataFolder}/${kind}`, { recursive: true, mode: 0o700 });
  return `${dataFolder}/${kind}`;
};

const pathOf = async (kind, name) => `${await folderOf(kind)}/${encodeURIComponent(name.toUpperCase())}.json`;

const recordNames = async (kind) =>
  (await readdir(await folderOf(kind)))
    .filter((file) => file.endsWith('.json'))
    .map((file) => decodeURIComponent(file.slice(0, -'.json'.length)));

const readRecord = async (kind, name) => {
  try {
    return JSON.parse(await readFile(await pathOf(kind, name), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
};

const writeDraft = async (path, record) => {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, JSON.stringify(record));
  return draft;
};

const writeRecord = async (kind, name, record) => {
  const path = await pathOf(kind, name);
  await rename(await writeDraft(path, record), path);
};

/** False where there is one already. */
const createRecord = async (kind, name, record) => {
  const path = await pathOf(kind, name);
  const draft = await writeDraft(path, record);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
};

// ---------------------------------------------------------------------------------------------------------------------
// Part 2. The protocol. Nothing to change below.

/** Standard Webhooks: HMAC-SHA256 over "id.timestamp.body". */
const signature = (id, timestamp, body, secret) => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
};

const same = (a, b) => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const isSigned = (headers, body) => {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const given = (headers['webhook-signature'] ?? '').split(' ');
  // Older requests may have been overheard and sent once more.
  const seconds = Math.floor(Date.now() / 1000);
  if (id === '' || !/^\d+$/.test(timestamp) || Math.abs(seconds - Number(timestamp)) > 300) return false;
  return secrets.some((secret) => {
    const expected = signature(id, timestamp, body, secret);
    return given.some((one) => same(one, expected));
  });
};

const bareNumber = (number) =>
  number
    .trim()
    .replace(/^[#\s]+/, '')
    .toUpperCase();
const sameEmail = (a, b) => a.trim().toLowerCase() === b.trim().toLowerCase();
const sortKey = (order) => `${new Date(order.updated_at).toISOString()}|${order.order_number}`;

/** A number of another customer is answered like one that does not exist. */
const lookUp = async (data) => {
  const order = await findOrder(bareNumber(data.order_number));
  if (order === undefined || !sameEmail(order.email, data.email)) return { found: false };
  return {
    found: true,
    order_id: order.order_id,
    order_number: order.order_number,
    status: order.status,
    amount: order.total,
    refunded_amount: order.refunded,
    currency: order.currency,
    placed_at: order.placed_at,
    updated_at: order.updated_at,
    test: order.test,
    coupon_codes: order.coupon_codes,
    linked: order.linked,
  };
};

const readOrder = async (data) => {
  const order = await findOrderById(data.order_id);
  return order === undefined ? { found: false } : { found: true, order };
};

const createdCoupon = async (data) => {
  const reason = await createCoupon(data);
  return reason === undefined ? { created: true } : { created: false, reason };
};

const lookedUpCoupon = async (data) => {
  const coupon = await findCoupon(data.code);
  const end = await couponEnd(data.code);
  if (coupon === undefined || end === 'cancelled') return { found: false };
  return { found: true, used: end === 'used', redemption_id: coupon.redemption_id };
};

const cancelledCoupon = async (data) => {
  const coupon = await findCoupon(data.code);
  if (coupon?.redemption_id !== data.redemption_id) return { cancelled: false, reason: 'unknown' };
  await cancelCoupon(data.code);
  return (await couponEnd(data.code)) === 'cancelled'
    ? { cancelled: true }
    : { cancelled: false, reason: 'used' };
};

/** Which texts a question must bring, and what answers it. */
const questions = new Map([
  ['ping', [[], async () => ({ pong: true, currency })]],
  ['order.lookup', [['order_number', 'email'], lookUp]],
  ['order.read', [['order_id'], readOrder]],
  ['orders.changed', [['since'], (data) => changedOrders(data.since, data.cursor ?? undefined)]],
  [
    'order.link',
    [['order_id', 'ref'], async (data) => ({ linked: await attachLink(data.order_id, data.ref) })],
  ],
  ['coupon.create', [['code', 'redemption_id', 'kind', 'expires_at'], createdCoupon]],
  ['coupon.find', [['code', 'redemption_id'], lookedUpCoupon]],
  ['coupon.cancel', [['code', 'redemption_id'], cancelledCoupon]],
]);

const parsed = (body) => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

/** Answers one request. @param headers names in lower case @param body the bytes as they came: the signature is over them */
export const respond = async (headers, body) => {
  if (secrets.length === 0) return { status: 500, body: { error: 'no_secret' } };
  // With our time: whoever reads it sees whether the clocks differ.
  if (!isSigned(headers, body))
    return { status: 401, body: { error: 'unauthorized', time: new Date().toISOString() } };
  const { type, data } = parsed(body) ?? {};
  if (typeof type !== 'string' || typeof data !== 'object' || data === null)
    return { status: 400, body: { error: 'bad_request' } };
  const known = questions.get(type);
  if (known === undefined) return { status: 400, body: { error: 'unknown_type' } };
  const [needed, run] = known;
  const missing = needed.find((name) => typeof data[name] !== 'string');
  if (missing !== undefined) return { status: 400, body: { error: 'bad_request', missing } };
  return { status: 200, body: await run(data) };
};

const notTaken = (why) => {
  console.error(why);
  return false;
};

/** What an answer that is not 200 means, and what to do. */
const whyNot = (status, text) => {
  if (status === 0) return `No answer from ${hookUrl}: is the address right, and may this server call out?`;
  if (status === 401)
    return '401: the signature was refused. Is the secret the same on both sides (npm run shop -- secret), is the clock of this server right, and does LOYALTY_HOOK_URL end in /<program>/<store> of yours?';
  if (status === 400) return `400: the service cannot read what was sent: ${text.slice(0, 300)}`;
  if (status < 400)
    return `${status}: the address redirects. Write the one that it leads to into LOYALTY_HOOK_URL.`;
  if (status === 429 || status >= 500)
    return `${status}: the service has trouble of its own. Send it again later.`;
  return `${status}: LOYALTY_HOOK_URL must be https://<the service>/v1/hooks/<program>/<store>.`;
};

/** Sends news, three times at most and under one id. True once it was taken. */
const push = async (type, data) => {
  const [secret] = secrets;
  if (hookUrl === '' || secret === undefined)
    return notTaken('Set LOYALTY_HOOK_URL and LOYALTY_SITE_SECRET first.');
  const id = `evt_${randomBytes(12).toString('hex')}`;
  // To the millisecond: news that overtake each other on their way are put in order by it.
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  let said = { status: 0, text: '' };
  for (let tries = 0; tries < 3; tries++) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature(id, timestamp, body, secret),
    };
    const sent = { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(5_000) };
    said = await fetch(hookUrl, sent)
      .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
      .catch(() => ({ status: 0, text: '' }));
    const { status } = said;
    if (status >= 200 && status < 300) return true;
    if (status >= 400 && status < 500 && status !== 429) break;
  }
  return notTaken(whyNot(said.status, said.text));
};

const bodyOf = async (request) => {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= 65_536) chunks.push(chunk);
  }
  return bytes > 65_536 ? undefined : Buffer.concat(chunks);
};

const handle = async (request) => {
  if (request.method !== 'POST') return { status: 405, body: { error: 'post_only' } };
  const body = await bodyOf(request);
  return body === undefined ? { status: 413, body: { error: 'too_large' } } : respond(request.headers, body);
};

const serve = () => {
  const server = createServer((request, response) => {
    handle(request)
      .catch((error) => {
        console.error(error);
        return { status: 500, body: { error: 'fault' } };
      })
      .then(({ status, body }) => {
        const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
        response.writeHead(status, headers).end(JSON.stringify(body));
      });
  });
  server.listen(Number(env.PORT ?? 8080), '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
  });
};

/** What can be done by hand, with what each command needs. */
const commands = new Map([
  ['lookup', ['NUMBER', 'EMAIL']],
  ['push', ['NUMBER']],
  ['redeemed', ['CODE', 'NUMBER']],
  ['released', ['CODE', 'NUMBER']],
]);

/** node loyalty.mjs lookup 1001 ana@example.com | push 1001 | redeemed CODE 2001 | released CODE 2001 */
const run = async ([word, ...given]) => {
  if (commands.get(word)?.length !== given.length || given.includes('')) {
    for (const [name, needed] of commands) console.error(`node loyalty.mjs ${name} ${needed.join(' ')}`);
    console.error('Without a command it listens on PORT.');
    process.exitCode = 2;
    return;
  }
  const [first, second] = given;
  if (word === 'lookup') {
    console.log(JSON.stringify(await lookUp({ order_number: first, email: second })));
    return;
  }
  const done = word === 'push' ? await pushOrder(first) : await pushCoupon(`coupon.${word}`, first, second);
  console.log(done ? 'taken' : 'not taken');
  process.exitCode = done ? 0 : 1;
};

// Where your own code imports this file, it only brings the functions.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const words = process.argv.slice(2);
  if (words.length > 0) await run(words);
  else serve();
}
