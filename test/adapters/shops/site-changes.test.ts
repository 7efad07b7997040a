import { afterEach, describe, expect, test } from '@jest/globals';
import { instant } from '../../../functions/domain/ids.ts';
import { answering, closeAll, openSite, patient, questionOf } from '../../shops/site/scene.ts';
import { order, pushed, without } from '../../shops/site/told.ts';

afterEach(closeAll);

describe('an order that is read again', () => {
  const reading = async (body: unknown, status = 200) => {
    const { url, received } = await answering(body, status);
    return { told: await openSite(url).shop.readOrder('A-7', patient()), received };
  };

  test('is asked for by its id, and brings its own e-mail', async () => {
    const { told, received } = await reading({ found: true, order: pushed });
    expect(told).toEqual({ kind: 'found', order });
    expect(received.map(questionOf)).toMatchObject([{ type: 'order.read', data: { order_id: 'A-7' } }]);
  });

  test.each([
    [{ found: false }, 200],
    [{ valid: false }, 200],
    [{ error: 'unknown_type' }, 400],
  ])('is none where the site has it not, or does not know the question: %j', async (body, status) => {
    expect((await reading(body, status)).told).toEqual({ kind: 'none' });
  });

  test('may be under no e-mail', async () => {
    const told = (await reading({ found: true, order: without('email', pushed) })).told;
    expect(told).toMatchObject({ kind: 'found', order: { email: undefined } });
  });

  test('is not said to be none where the site cannot say', async () => {
    expect((await reading({}, 503)).told).toMatchObject({ kind: 'trouble', reason: 'server_error' });
  });

  test('is not another one', async () => {
    const other = { found: true, order: { ...pushed, order_id: 'A-8' } };
    expect((await reading(other)).told).toMatchObject({ reason: 'malformed', detail: 'another order' });
  });

  test('is trouble where its sums are wrong', async () => {
    const wrong = { found: true, order: { ...pushed, total: '45.001' } };
    expect((await reading(wrong)).told).toEqual({
      kind: 'trouble',
      reason: 'malformed',
      detail: 'order.total',
    });
  });
});

describe('changed orders', () => {
  const since = instant.parse(Date.UTC(2026, 10, 20));
  const changed = async (body: unknown, status = 200, from?: string) => {
    const { url, received } = await answering(body, status);
    return { told: await openSite(url).shop.changedOrders(since, from, patient()), received };
  };

  test('come page by page', async () => {
    const first = await changed({ orders: [pushed], next: 'p2' });
    expect(first.told).toEqual({ kind: 'page', orders: [order], next: 'p2' });
    expect(first.received.map(questionOf)).toMatchObject([
      { type: 'orders.changed', data: { since: '2026-11-20T00:00:00.000Z', cursor: null } },
    ]);
    const last = await changed({ orders: [], next: null }, 200, 'p2');
    expect(last.told).toEqual({ kind: 'page', orders: [], next: undefined });
    expect(last.received.map(questionOf)).toMatchObject([{ data: { cursor: 'p2' } }]);
  });

  test.each([
    [{ error: 'unknown_type' }, 400],
    [{ valid: false }, 200],
  ])('are none where the site does not know the question: %j', async (body, status) => {
    expect((await changed(body, status)).told).toEqual({ kind: 'page', orders: [], next: undefined });
  });

  test.each([
    ['A-9', { ...pushed, order_id: 'A-9', total: '-1' }],
    ['A-9', { ...pushed, order_id: 'A-9', currency: 'EURO' }],
    ['1009', { ...without('order_id', pushed), order_number: 1009, status: 'lost' }],
    ['without an id', { order_number: 'ana@example.com', order_id: 'Ana Ng' }],
    ['without an id', null],
  ])('that cannot be read are named and stop no other: %s', async (named, wrong) => {
    const told = (await changed({ orders: [wrong, pushed] })).told;
    expect(told).toEqual({ kind: 'page', orders: [order], unreadable: [named], next: undefined });
  });

  test('leave out those that nobody could claim by number', async () => {
    const told = (await changed({ orders: [{ ...pushed, order_number: 'A B' }, pushed] })).told;
    expect(told).toEqual({ kind: 'page', orders: [order], next: undefined });
  });

  test.each([
    ['orders', { orders: 'none' }],
    ['orders', { orders: Array.from({ length: 501 }, () => pushed) }],
    ['next', { orders: [], next: '' }],
  ])('are trouble where they are wrong, by place: %s', async (detail, body) => {
    expect((await changed(body)).told).toEqual({ kind: 'trouble', reason: 'malformed', detail });
  });

  test('do not lead from a page to itself', async () => {
    const { told } = await changed({ orders: [pushed], next: 'p2' }, 200, 'p2');
    expect(told).toEqual({ kind: 'trouble', reason: 'malformed', detail: 'next' });
  });
});

describe('a signed link', () => {
  const attached = async (body: unknown, status = 200) => {
    const { url, received } = await answering(body, status);
    return { told: await openSite(url).shop.attachLink('A-7', 'ref_1', patient()), received };
  };

  test('is told to the site beside the order', async () => {
    const { told, received } = await attached({ linked: true });
    expect(told).toEqual({ kind: 'attached' });
    expect(received.map(questionOf)).toMatchObject([
      { type: 'order.link', data: { order_id: 'A-7', ref: 'ref_1' } },
    ]);
  });

  test('has no place at a site that does not know the question', async () => {
    expect((await attached({ error: 'unknown_type' }, 400)).told).toEqual({ kind: 'attached' });
  });

  test('is trouble where the site does not find the order', async () => {
    expect((await attached({ linked: false })).told).toEqual({
      kind: 'trouble',
      reason: 'malformed',
      detail: 'the site does not find the order',
    });
    expect((await attached({}, 403)).told).toMatchObject({ kind: 'trouble', reason: 'forbidden' });
  });
});
