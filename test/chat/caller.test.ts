import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
});
afterAll(() => house.stop());

/** ManyChat's own sample of a contact, as it arrives. */
const fullContact = (id: unknown, more: object = {}): Record<string, unknown> => ({
  id,
  key: `user:${id}`,
  page_id: '12345',
  status: 'active',
  first_name: 'Ana',
  last_name: '',
  name: 'Ana',
  gender: null,
  locale: 'en_US',
  language: 'English',
  timezone: 'UTC±00',
  email: null,
  phone: null,
  last_input_text: '1001',
  subscribed: '2026-01-01T00:00:00+00:00',
  ig_id: null,
  custom_fields: {},
  ...more,
});

let people = 0;
const newId = () => `person-${++people}`;
const emailOf = (id: string) => `${id}@example.com`;

describe('a contact', () => {
  const shapes: [string, (id: string, inputs: Record<string, unknown>) => object][] = [
    ['beside the inputs', (id, inputs) => ({ contact: fullContact(id), channel: 'messenger', ...inputs })],
    [
      'with the inputs in its fields',
      (id, inputs) => ({ contact: fullContact(id, { custom_fields: inputs }) }),
    ],
    ['without an id beside one', (id, inputs) => ({ contact: fullContact(null), contact_id: id, ...inputs })],
    [
      'as the body, with the inputs in its fields',
      (id, inputs) => fullContact(id, { custom_fields: inputs }),
    ],
    [
      'as the body, with its fields as a list',
      (id, inputs) =>
        fullContact(id, {
          custom_fields: Object.entries(inputs).map(([name, value], n) => ({
            id: n,
            name,
            type: 'text',
            value,
          })),
        }),
    ],
    ['by its id alone', (id, inputs) => ({ contact_id: id, ...inputs })],
  ];

  test.each(shapes)('that comes %s joins, claims, redeems and is one and the same', async (_, shaped) => {
    const id = newId();
    const number = `S-${people}`;
    const send = (verb: string, inputs: Record<string, unknown>) => shop.chat(verb, shaped(id, inputs));
    expect(await send('enroll', { email: emailOf(id) })).toMatchObject({ result: 'enrolled', member_id: id });
    await shop.push({ order_number: number, email: emailOf(id), total: '200' });
    expect(await send('claim-order', { order_number: number })).toMatchObject({
      result: 'credited',
      points: 250,
    });
    expect(await send('redeem', { reward: 'tea-towel' })).toMatchObject({ result: 'issued', points: 50 });
    expect(await send('rewards', { page: 7 })).toMatchObject({ result: 'ok', page: 1 });
    expect(await shop.chat('balance', { contact_id: id })).toMatchObject({ member_id: id, points: 50 });
  });

  test('has an e-mail of its own, which an explicit one beats', async () => {
    const emails = async (id: string) => (await shop.admin('GET', `members/${id}`)).json.profile.emails;
    const [own, beaten] = [newId(), newId()];
    await shop.chat('enroll', { contact: fullContact(own, { email: emailOf(own) }) });
    expect(await emails(own)).toEqual([emailOf(own)]);
    const contact = fullContact(beaten, { email: 'old@example.com' });
    await shop.chat('enroll', { contact, email: emailOf(beaten) });
    expect(await emails(beaten)).toEqual([emailOf(beaten)]);
  });

  test('has fields of its own, which an explicit input beats', async () => {
    const id = newId();
    const contact = fullContact(id, { custom_fields: { email: emailOf(id), page: 2, reward: 'linen-set' } });
    await shop.chat('enroll', { contact });
    const redeem = async (inputs: object) => (await shop.chat('redeem', { contact, ...inputs })).reward;
    expect(await redeem({})).toBe('linen-set');
    expect(await redeem({ reward: '{{reward}}' })).toBe('linen-set');
    expect(await redeem({ reward: 'five-off' })).toBe('five-off');
  });

  test('as the body has an e-mail that the field of that name beats', async () => {
    const id = newId();
    await shop.chat(
      'enroll',
      fullContact(id, { email: 'x@example.com', custom_fields: { email: emailOf(id) } }),
    );
    expect((await shop.admin('GET', `members/${id}`)).json.profile.emails).toEqual([emailOf(id)]);
  });

  test('is known by the names that the request gives, else by its own', async () => {
    const names = async (body: Reply) => {
      const id = newId();
      await shop.chat('enroll', { email: emailOf(id), ...body(id) });
      const { first_name, last_name } = (await shop.admin('GET', `members/${id}`)).json.profile;
      return [first_name, last_name];
    };
    expect(await names((contact_id: string) => ({ contact_id }))).toEqual(['none', 'none']);
    expect(await names((id: string) => ({ contact: fullContact(id, { last_name: 'Lee' }) }))).toEqual([
      'Ana',
      'Lee',
    ]);
    expect(await names((id: string) => ({ contact: fullContact(id), first_name: 'Bo' }))).toEqual([
      'Bo',
      'none',
    ]);
    const placeholder = { first_name: '{{first_name}}', last_name: ' ' };
    expect(await names((id: string) => ({ contact: fullContact(id), ...placeholder }))).toEqual([
      'Ana',
      'none',
    ]);
    expect(await names((contact_id: string) => ({ contact_id, first_name: 7, last_name: { a: 1 } }))).toEqual(
      ['7', 'none'],
    );
    expect(await names((contact_id: string) => ({ contact_id, first_name: ' A\u0000n\na\u202e ' }))).toEqual([
      'Ana',
      'none',
    ]);
    expect(await names((contact_id: string) => ({ contact_id, first_name: '이'.repeat(500) }))).toEqual([
      '이'.repeat(80),
      'none',
    ]);
    expect(await names((contact_id: string) => ({ contact_id, first_name: '\ud83d😀\ude00' }))).toEqual([
      '😀',
      'none',
    ]);
  });
});

describe('a contact id', () => {
  test.each([
    ['text of 17 digits', '12345678901234567', '12345678901234567'],
    ['leading zeros', '00123', '00123'],
    ['a whole number', 4711, '4711'],
    ['the largest exact number', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['64 characters', 'x'.repeat(64), 'x'.repeat(64)],
    ['all that is allowed', 'a.B_9:-', 'a.B_9:-'],
    ['the name of what every object has', '__proto__', '__proto__'],
    ['another such name', 'constructor', 'constructor'],
  ])('of %s is kept as it is', async (_, id, kept) => {
    const email = `id-${++people}@example.com`;
    expect(await shop.chat('enroll', { contact_id: id, email })).toMatchObject({
      result: 'enrolled',
      member_id: kept,
    });
    expect(await shop.chat('balance', { contact: { id } })).toMatchObject({ result: 'ok', member_id: kept });
    expect(await shop.chat('balance', { id })).toMatchObject({ result: 'ok', member_id: kept });
  });

  const unusable: [string, unknown][] = [
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', '  '],
    ['a placeholder', '{{contact_id}}'],
    ['another placeholder', `$${'{{user_id}}'}`],
    ['above 2^53', 9007199254740992],
    ['of 17 digits as a number', 12345678901234568],
    ['fractional', 1.5],
    ['too long', 'x'.repeat(65)],
    ['with a hash', 'a#b'],
    ['with a blank inside', 'a b'],
    ['with a slash', '../../etc'],
    ['of other letters', '안녕'],
    ['true', true],
    ['a list', ['1']],
    ['an object', { id: '1' }],
  ];
  test.each(unusable)('that is %s is a 400 that names where it stands', async (_, id) => {
    const paths = async (body: unknown) => {
      const { status, json } = await shop.request('POST', '/v1/balance', body);
      expect([status, json.ok, json.result]).toEqual([400, false, 'bad_request']);
      return json.errors.map(({ path }: { path: string }) => path);
    };
    expect(await paths({ contact: { id } })).toEqual(['contact.id']);
    const given = id === undefined || id === null || (typeof id === 'string' && /^\s*$|\{\{/.test(id));
    expect(await paths({ contact_id: id })).toEqual([given ? 'contact' : 'contact_id']);
    expect(await paths({ id })).toEqual(['contact']);
  });
});

describe('a value that is still a placeholder', () => {
  const placeholders = ['{{cuf_123456}}', `$${'{{cuf_123456}}'}`, ' {{email}} ', '{{a}} {{b}}', '{{\n}}'];

  test.each(placeholders)('counts as missing: %j', async (typed) => {
    const id = newId();
    const ask = async (verb: string, inputs: object) =>
      (await shop.chat(verb, { contact_id: id, ...inputs })).result;
    expect(await ask('enroll', { email: typed })).toBe('email_needed');
    expect(await ask('enroll', { email: emailOf(id), language: typed, first_name: typed })).toBe('enrolled');
    expect(await ask('claim-order', { order_number: typed })).toBe('order_number_needed');
    expect(await ask('verify-order', { order_number: typed, store: typed })).toBe('order_number_needed');
    expect(await ask('redeem', { reward: typed })).toBe('reward_needed');
    expect(await ask('rewards', { page: typed, channel: typed })).toBe('ok');
    expect(await ask('redeem', { reward: 'tea-towel', request_id: typed })).toBe('not_enough_points');
  });

  test('gives way to the same field of the contact', async () => {
    const id = newId();
    const contact = fullContact(id, { email: emailOf(id) });
    expect(await shop.chat('enroll', { contact, email: '{{email}}' })).toMatchObject({ result: 'enrolled' });
  });

  test('leaves a channel that a field of the contact names', async () => {
    const body = fullContact(newId(), { channel: '{{channel}}', custom_fields: { channel: 'telegram' } });
    const { json } = await shop.request('POST', '/v1/balance/block', body);
    expect(json.content.type).toBe('telegram');
  });

  test('needs the whole value: a text with braces in it is a text', async () => {
    const id = newId();
    await shop.chat('enroll', { contact_id: id, email: emailOf(id) });
    const typed = { contact_id: id, order_number: 'my order {{cuf}}' };
    expect(await shop.chat('claim-order', typed)).toMatchObject({ result: 'not_found' });
  });
});

describe('an unknown key', () => {
  test('of a request is ignored, whatever it is called', async () => {
    const id = newId();
    await shop.chat('enroll', { contact_id: id, email: emailOf(id) });
    await shop.push({ order_number: `U-${people}`, email: emailOf(id), total: '200' });
    await shop.chat('claim-order', { contact_id: id, order_number: `U-${people}` });
    const hidden = '{"reward": "tea-towel", "order_number": "1"}';
    for (const [verb, result] of [
      ['redeem', 'reward_needed'],
      ['claim-order', 'order_number_needed'],
    ] as const) {
      for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'input', 'inputs', 'data']) {
        const flat = `{"contact_id": "${id}", "${key}": ${hidden}}`;
        const bare = `{"id": "${id}", "custom_fields": {"${key}": ${hidden}}}`;
        const nested = `{"contact": {"id": "${id}", "${key}": ${hidden}}}`;
        for (const body of [flat, bare, nested])
          expect([key, (await shop.request('POST', `/v1/${verb}`, body)).json.result]).toEqual([key, result]);
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test('a channel that is not known counts as Messenger', async () => {
  const type = async (channel: unknown) =>
    (await shop.request('POST', '/v1/balance/block', { contact_id: '1', channel })).json.content.type;
  for (const channel of [undefined, null, 'sms', 'tiktok', '', 7, {}, ['instagram'], 'Messenger'])
    expect([channel, await type(channel)]).toEqual([channel, undefined]);
  for (const channel of ['instagram', 'whatsapp', 'telegram']) expect(await type(channel)).toBe(channel);
});
