import { afterEach, describe, expect, test } from '@jest/globals';
import { accountId } from '../../../functions/domain/ids.ts';
import { movableClock } from '../../../local/clock.ts';
import { ana, closeAll, flow, open, opened, ours, scene, serve, success, token, yes } from './scene.ts';

afterEach(closeAll);

describe('what is sent', () => {
  test('names fields by their name and the contact by a string, digit by digit', async () => {
    const { double, account, client } = await scene();
    const fields = { loyalty_points: 60, loyalty_message: 'You have 60 points.' };
    expect(await client.setFields(ana, fields)).toEqual({ kind: 'ok', data: {} });
    expect(double.outbox).toMatchObject([
      {
        path: '/fb/subscriber/setCustomFields',
        body: {
          subscriber_id: '61230987654321987',
          fields: [
            { field_name: 'loyalty_points', field_value: 60 },
            { field_name: 'loyalty_message', field_value: 'You have 60 points.' },
          ],
        },
        status: 200,
      },
    ]);
    expect(account.fields(ana)).toEqual(fields);
  });

  test('starts a flow with nothing but the contact and the flow', async () => {
    const { double, account, client } = await scene();
    expect(await client.startFlow(ana, flow, yes)).toEqual({ kind: 'ok', data: {} });
    expect(double.outbox.map(({ body }) => body)).toEqual([{ subscriber_id: ana, flow_ns: flow }]);
    expect(account.sent).toMatchObject([{ contact: ana, flow, delivered: true }]);
  });

  test('never holds a message tag', async () => {
    const { double, account, client } = await scene();
    account.setContact(ana, { lastInteraction: movableClock().now() });
    const content = { version: 'v2', content: { messages: [{ type: 'text', text: 'Hi' }] } };
    expect(await client.sendContent(ana, content)).toEqual({ kind: 'ok', data: {} });
    await client.startFlow(ana, flow, yes);
    await client.setFields(ana, { loyalty_points: 1 });
    expect(double.outbox[0]?.body).toEqual({ subscriber_id: ana, data: content });
    expect(JSON.stringify(double.outbox)).not.toContain('message_tag');
  });

  test('is at most 20 fields', async () => {
    const { double, account, client } = await scene();
    const names = Array.from({ length: 21 }, (_, index) => `f${index}`);
    for (const name of names) account.addField(name, 'number');
    const fields = (n: number) => Object.fromEntries(names.slice(0, n).map((name) => [name, 1]));
    await expect(client.setFields(ana, fields(21))).rejects.toThrow('20 fields at most');
    expect(double.outbox).toEqual([]);
    expect((await client.setFields(ana, fields(20))).kind).toBe('ok');
  });

  test('carries the token and JSON, and follows nobody elsewhere', async () => {
    const heads: unknown[] = [];
    const { url, seen } = await serve(({ method, headers }, response) => {
      heads.push([method, headers.authorization, headers['content-type'], headers.accept]);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const { client } = await open(url);
    expect(await client.startFlow(ana, flow, yes)).toMatchObject({ kind: 'unknown' });
    expect(seen.requests).toBe(1);
    expect(heads).toEqual([['POST', `Bearer ${token}`, 'application/json', 'application/json']]);
  });

  test('goes over few connections', async () => {
    const { url, seen } = await serve((_, response) => success(response));
    const { client } = await open(url);
    for (let index = 0; index < 30; index += 1) await client.setFields(ana, { loyalty_points: index });
    expect(seen.requests).toBe(30);
    // A second one where the first is not given back yet.
    expect(seen.connections).toBeLessThanOrEqual(3);
    await Promise.all(Array.from({ length: 8 }, () => client.startFlow(ana, flow, yes)));
    expect(seen.connections).toBeLessThanOrEqual(11);
  });
});

describe('an intent', () => {
  test('that is given up keeps the call from leaving', async () => {
    const { double, client } = await scene();
    expect(await client.startFlow(ana, flow, () => Promise.resolve(false))).toEqual({ kind: 'withheld' });
    expect(double.outbox).toEqual([]);
  });

  test('that is given up while a refused call waits for its next try keeps it from leaving again', async () => {
    const { double, account, client } = await scene();
    double.fail({ kind: 'status', status: 429 });
    let wanted = true;
    const outcome = await client.startFlow(ana, flow, () => {
      const leaves = wanted;
      wanted = false;
      return Promise.resolve(leaves);
    });
    expect(outcome).toEqual({ kind: 'withheld' });
    expect(double.outbox).toHaveLength(1);
    expect(account.sent).toEqual([]);
  });

  test('that cannot be recorded keeps the call from leaving, as a fault', async () => {
    const { double, client } = await scene();
    const broken = client.startFlow(ana, flow, () => Promise.reject(new Error('no table')));
    await expect(broken).rejects.toThrow('no table');
    expect(double.outbox).toEqual([]);
  });

  test('is done before anything leaves', async () => {
    const { double, client } = await scene();
    let leftBefore = -1;
    await client.startFlow(ana, flow, () => {
      leftBefore = double.outbox.length;
      return Promise.resolve(true);
    });
    expect(leftBefore).toBe(0);
    expect(double.outbox).toHaveLength(1);
  });
});

describe('an account', () => {
  test('tells what it is and holds', async () => {
    const { account, client } = await scene();
    account.addTag('vip');
    expect(await client.account()).toEqual({
      kind: 'ok',
      data: { name: 'Page local', isPro: true, timezone: 'UTC' },
    });
    expect(await client.flows()).toEqual({ kind: 'ok', data: [{ ns: flow, name: 'Reminder' }] });
    expect(await client.fields()).toEqual({
      kind: 'ok',
      data: [
        { name: 'loyalty_points', type: 'number' },
        { name: 'loyalty_message', type: 'text' },
      ],
    });
    expect(await client.tags()).toEqual({ kind: 'ok', data: ['vip'] });
  });

  test('that tells nothing of itself is read all the same', async () => {
    const { url } = await serve((_, response) => success(response));
    const { client } = await open(url);
    expect(await client.account()).toEqual({
      kind: 'ok',
      data: { name: 'without a name', isPro: undefined, timezone: undefined },
    });
    expect((await client.flows()).kind).toBe('unknown');
  });

  test('gets new fields and tags', async () => {
    const { double, client } = await scene();
    expect((await client.createField({ name: 'loyalty_tier', type: 'text', description: 'Tier' })).kind).toBe(
      'ok',
    );
    expect((await client.createTag('vip')).kind).toBe('ok');
    expect(double.outbox.map(({ body }) => body)).toEqual([
      { caption: 'loyalty_tier', type: 'text', description: 'Tier' },
      { name: 'vip' },
    ]);
    expect(await client.fields()).toMatchObject({ data: [{}, {}, { name: 'loyalty_tier', type: 'text' }] });
    expect(await client.tags()).toEqual({ kind: 'ok', data: ['vip'] });
    expect((await client.createTag('vip')).kind).toBe('refused');
  });

  test('without a token is none', async () => {
    const { over } = await open('http://127.0.0.1:9');
    expect(await over(accountId.parse('other'))).toBeUndefined();
  });
});

describe('turns', () => {
  const pace = { sendFlow: 10, sendContent: 5, write: 2 };
  const other = accountId.parse('other');

  test('belong to the token, by whatever name and how often it is opened', async () => {
    const { url } = await serve((_, response) => success(response));
    const { over, watch } = await open(url, { tokens: { [ours]: token, [other]: token } });
    const one = opened(await over(ours, pace));
    const two = opened(await over(other, pace));
    for (const client of [one, two, one, two]) await client.startFlow(ana, flow, yes);
    expect(watch.waited.filter((ms) => ms % 100 === 0)).toEqual([100, 200, 300, 400]);
  });

  test('of another token, another operation or another pace are others', async () => {
    const { url } = await serve((_, response) => success(response));
    const { over, watch } = await open(url, { tokens: { [ours]: token, [other]: 'other:token' } });
    const one = opened(await over(ours, pace));
    await one.setFields(ana, { loyalty_points: 1 });
    await one.setFields(ana, { loyalty_points: 2 });
    await one.sendContent(ana, {});
    await one.account();
    await opened(await over(other, pace)).setFields(ana, { loyalty_points: 1 });
    await opened(await over(ours, { ...pace, write: 4 })).setFields(ana, { loyalty_points: 1 });
    expect(watch.waited).toEqual([500, 1_000, 200, 20, 500, 250]);
  });
});
