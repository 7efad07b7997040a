import { afterEach, describe, expect, test } from '@jest/globals';
import { instant } from '../../../functions/domain/ids.ts';
import type { Double, FieldType } from '../../../local/manychat/double.ts';
import { call, get, invalid, post, start, stopAll, success, token } from './calls.ts';

afterEach(stopAll);

const setByName = (double: Double, field_name: string, field_value: unknown, subscriber_id: unknown = '1') =>
  post(double, '/fb/subscriber/setCustomFieldByName', { subscriber_id, field_name, field_value });

const withFields = async (fields: Readonly<Record<string, FieldType>>) => {
  const { double } = await start();
  const account = double.account(token);
  for (const [name, type] of Object.entries(fields)) account.addField(name, type);
  return { double, account };
};

const idOf = async (double: Double): Promise<unknown> => {
  const { json } = await get(double, '/fb/page/getCustomFields');
  return Reflect.get(Object(json), 'data')[0].id;
};

describe('a field', () => {
  test.each<[FieldType, unknown]>([
    ['text', 'hello'],
    ['number', 0],
    ['number', -1.5],
    ['boolean', false],
    ['date', '2026-12-01'],
    ['datetime', '2026-12-01T09:00:00+03:00'],
  ])('of type %s takes %j', async (type, value) => {
    const { double, account } = await withFields({ one: type });
    expect(await setByName(double, 'one', value)).toEqual(success);
    expect(account.fields('1')).toEqual({ one: value });
  });

  test.each<[FieldType, readonly unknown[]]>([
    ['text', ['', 1, true, null, undefined]],
    ['number', ['1', true, null]],
    ['boolean', ['true', 1, null]],
    ['date', ['2026-02-30', '2026-12-01T09:00:00+03:00', 20261201, '']],
    [
      'datetime',
      ['2026-12-01', '2026-12-01T09:00:00', '2026-12-01T09:00:00Z', '2026-12-01T09:00:00.123+03:00'],
    ],
  ])('of type %s refuses another JSON value, and keeps what it had', async (type, values) => {
    const { double, account } = await withFields({ one: type });
    for (const value of values) {
      expect(await setByName(double, 'one', value)).toEqual(
        invalid(expect.stringContaining(`Field one of type ${type} expects `)),
      );
    }
    expect(account.fields('1')).toEqual({});
  });

  test('of type number refuses a number that is not finite', async () => {
    const { double } = await withFields({ one: 'number' });
    const body = '{"subscriber_id":"1","field_name":"one","field_value":1e999}';
    expect((await call(double, '/fb/subscriber/setCustomFieldByName', { method: 'POST', body })).status).toBe(
      400,
    );
  });

  test('is found by its name in any case, and by its id', async () => {
    const { double, account } = await withFields({ Points: 'number' });
    await setByName(double, 'pOINTS', 1);
    expect(account.fields('1')).toEqual({ Points: 1 });
    const field_id = await idOf(double);
    const path = '/fb/subscriber/setCustomField';
    expect(await post(double, path, { subscriber_id: '1', field_id, field_value: 2 })).toEqual(success);
    expect(account.fields('1')).toEqual({ Points: 2 });
    expect(await post(double, path, { subscriber_id: '1', field_id: 5, field_value: 2 })).toEqual(
      invalid('Field 5 does not exist'),
    );
  });

  test('that was removed is unknown, and took its values along', async () => {
    const { double, account } = await withFields({ one: 'text' });
    await setByName(double, 'one', 'a');
    account.removeField('ONE');
    expect(await setByName(double, 'one', 'b')).toEqual(invalid('Field one does not exist'));
    account.addField('one', 'number');
    account.addField('one', 'text');
    account.removeField('nothing');
    expect([account.fields('1'), account.fields('nobody')]).toEqual([{}, {}]);
  });

  test('is created once under a name, and takes values from then on', async () => {
    const { double, account } = await withFields({});
    const path = '/fb/page/createCustomField';
    expect(await post(double, path, { caption: 'points', type: 'number', description: 'so far' })).toEqual({
      status: 200,
      json: {
        status: 'success',
        data: {
          field: { id: expect.any(Number), name: 'points', type: 'number', description: 'so far' },
        },
      },
    });
    await setByName(double, 'points', 7);
    expect(account.fields('1')).toEqual({ points: 7 });
    expect(await post(double, path, { caption: 'POINTS', type: 'text' })).toEqual(
      invalid('A custom field with this name already exists'),
    );
    expect(await post(double, path, { name: 'other', type: 'array' })).toEqual(
      invalid(
        expect.stringContaining('caption'),
        'type: expected one of text, number, date, datetime, boolean',
      ),
    );
  });
});

describe('many fields at once', () => {
  const path = '/fb/subscriber/setCustomFields';

  test('are written by name and id together', async () => {
    const { double, account } = await withFields({ one: 'text', two: 'number' });
    const fields = [
      { field_id: await idOf(double), field_value: 'a' },
      { field_name: 'TWO', field_value: 2 },
    ];
    expect(await post(double, path, { subscriber_id: '1', fields })).toEqual(success);
    expect(account.fields('1')).toEqual({ one: 'a', two: 2 });
  });

  test('are all refused when one is, with a message for each that is wrong', async () => {
    const { double, account } = await withFields({ one: 'text', two: 'number' });
    const fields = [
      { field_name: 'one', field_value: 'a' },
      { field_name: 'two', field_value: '2' },
      { field_name: 'three', field_value: 3 },
    ];
    expect(await post(double, path, { subscriber_id: '1', fields })).toEqual(
      invalid('Field two of type number expects a JSON number', 'Field three does not exist'),
    );
    expect(await post(double, path, { subscriber_id: '1', fields: [{ field_value: 'a' }] })).toEqual(
      invalid('fields.0: expected field_id or field_name'),
    );
    expect(account.fields('1')).toEqual({});
  });

  test('are one to twenty', async () => {
    const { double } = await withFields({ one: 'number' });
    const send = (length: number) => {
      const fields = Array.from({ length }, (_, n) => ({ field_name: 'one', field_value: n }));
      return post(double, path, { subscriber_id: '1', fields });
    };
    expect(await send(0)).toEqual(invalid('fields: expected 1 to 20 fields'));
    expect(await send(20)).toEqual(success);
    expect(await send(21)).toEqual(invalid('fields: expected 1 to 20 fields'));
  });
});

describe('a tag', () => {
  test('is added and removed by its name in any case', async () => {
    const { double, account } = await withFields({});
    account.addTag('member');
    account.addTag('MEMBER');
    const change = (verb: string, tag_name: string) =>
      post(double, `/fb/subscriber/${verb}TagByName`, { subscriber_id: '1', tag_name });
    expect(await change('add', 'Member')).toEqual(success);
    expect(account.tags('1')).toEqual(['member']);
    expect(await change('remove', 'member')).toEqual(success);
    expect([account.tags('1'), account.tags('2')]).toEqual([[], []]);
    expect(await change('add', 'vip')).toEqual(invalid('Tag vip does not exist'));
  });

  test('is created once under a name', async () => {
    const { double } = await withFields({});
    expect(await post(double, '/fb/page/createTag', { name: 'vip' })).toMatchObject({
      status: 200,
      json: { data: { tag: { id: expect.any(Number), name: 'vip' } } },
    });
    expect(await post(double, '/fb/page/createTag', { name: 'Vip' })).toEqual(
      invalid('A tag with this name already exists'),
    );
    expect(await post(double, '/fb/page/createTag', { name: ' ' })).toEqual(invalid('name: expected a name'));
  });
});

describe('a subscriber', () => {
  test('is named by a string or a safe integer, and by no number that has lost digits', async () => {
    const { double, account } = await withFields({ one: 'number' });
    expect(await setByName(double, 'one', 1, 1001)).toEqual(success);
    expect(await setByName(double, 'one', 2, '24512345678901234')).toEqual(success);
    expect([account.fields('1001'), account.fields('24512345678901234')]).toEqual([{ one: 1 }, { one: 2 }]);
    for (const subscriber_id of [2 ** 53, 1.5, '', '{{user_id}}', null, undefined]) {
      const body = { subscriber_id, field_name: 'one', field_value: 3 };
      expect(await post(double, '/fb/subscriber/setCustomFieldByName', body)).toEqual(
        invalid('subscriber_id: expected an id as a string or as a safe integer'),
      );
    }
  });

  test('is told with its fields, tags and last interaction', async () => {
    const { double, account } = await withFields({ one: 'text', two: 'number' });
    account.addTag('member');
    account.setContact('1', { lastInteraction: instant.parse(Date.UTC(2026, 11, 1, 9)) });
    await setByName(double, 'two', 2);
    await post(double, '/fb/subscriber/addTagByName', { subscriber_id: '1', tag_name: 'member' });
    const { status, json } = await get(double, '/fb/subscriber/getInfo?subscriber_id=1');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      status: 'success',
      data: {
        id: '1',
        page_id: 'local',
        last_interaction: '2026-12-01T09:00:00+00:00',
        custom_fields: [
          { name: 'one', type: 'text', value: null },
          { name: 'two', type: 'number', value: 2 },
        ],
        tags: [{ name: 'member' }],
      },
    });
  });

  test('who never interacted has no last interaction; one who does not exist is not told', async () => {
    const { double, account } = await withFields({});
    expect((await get(double, '/fb/subscriber/getInfo?subscriber_id=1')).json).toMatchObject({
      data: { last_interaction: null },
    });
    account.setContact('2', { exists: false });
    expect(await get(double, '/fb/subscriber/getInfo?subscriber_id=2')).toEqual(
      invalid('Subscriber does not exist'),
    );
    expect((await get(double, '/fb/subscriber/getInfo')).status).toBe(400);
  });
});
