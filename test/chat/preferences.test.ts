import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
  await shop.chat('enroll', { contact_id: '1', email: 'a@example.com' });
});
afterAll(() => house.stop());

const all = 'email, sms, messenger, instagram, whatsapp, telegram';
const wish = (body: object, contact_id = '1') => shop.chat('preferences', { contact_id, ...body });

describe('a STOP', () => {
  test.each([
    'STOP',
    'stop',
    ' StOp \n',
    'Stopall',
    'STOP ALL',
    'unsubscribe',
    'Cancel',
    'END',
    'quit!',
    '수신거부',
    '수신 거부',
    'dur',
    'DUR.',
    'İPTAL',
    'iptal',
    'IPTAL',
    'ıptal',
  ])('%j stops every medium, and says so the second time as a replay', async (text) => {
    await wish({ action: 'start' });
    expect(await wish({ text })).toMatchObject({
      ok: true,
      result: 'stopped',
      stopped: all,
      replayed: false,
      points: 50,
      points_change: 0,
    });
    expect(await wish({ text })).toMatchObject({ ok: true, result: 'stopped', stopped: all, replayed: true });
  });

  test.each(['please do not stop', 'stopper', 'the end of it', 'durum', '??', '🛑'])(
    '%j is none, and changes nothing',
    async (text) => {
      await wish({ action: 'start' });
      expect(await wish({ text })).toMatchObject({ ok: false, result: 'not_understood', stopped: 'none' });
    },
  );

  test('of one medium leaves the others, in the contract’s order', async () => {
    await wish({ action: 'start' });
    expect((await wish({ action: 'stop', medium: 'whatsapp' })).stopped).toBe('whatsapp');
    expect((await wish({ text: 'STOP', medium: ' SMS ' })).stopped).toBe('sms, whatsapp');
    expect((await wish({ action: 'start', medium: 'whatsapp' })).stopped).toBe('sms');
    expect(await wish({ action: 'status' })).toMatchObject({
      result: 'ok',
      ok: true,
      stopped: 'sms',
      replayed: false,
    });
  });

  test('of somebody who is no member is recorded, and holds when they join', async () => {
    expect(await wish({ text: 'QUIT' }, 'nobody')).toMatchObject({
      ok: true,
      result: 'stopped',
      is_member: false,
      member_id: 'none',
      stopped: all,
    });
    await shop.chat('enroll', { contact_id: 'nobody', email: 'n@example.com' });
    expect((await wish({ action: 'status' }, 'nobody')).stopped).toBe(all);
    expect((await house.audit()).violations).toEqual([]);
  });

  test('is not lost to a claim that comes at the same moment', async () => {
    await shop.chat('enroll', { contact_id: 'busy', email: 'busy@example.com' });
    for (let n = 0; n < 10; n += 1) {
      await shop.push({ order_number: `B${n}`, email: 'busy@example.com', total: '1.00' });
      const action = n % 2 === 0 ? 'stop' : 'start';
      const [claimed] = await Promise.all([
        shop.chat('claim-order', { contact_id: 'busy', order_number: `B${n}` }),
        wish({ action }, 'busy'),
      ]);
      expect(claimed.result).toBe('credited');
      expect((await wish({ action: 'status' }, 'busy')).stopped).toBe(n % 2 === 0 ? all : 'none');
    }
  });
});

describe('an action that the flow names', () => {
  test('stands before what was typed', async () => {
    expect((await wish({ action: 'start', text: 'STOP' })).result).toBe('started');
    expect((await wish({ action: ' Stop ', text: 'START' })).result).toBe('stopped');
  });

  test('and nothing else, or a placeholder, is not understood', async () => {
    for (const body of [{}, { action: 'pause' }, { text: '{{last_input_text}}' }, { action: '', text: ' ' }])
      expect((await wish(body)).result).toBe('not_understood');
    expect((await wish({ action: '{{cuf_1}}', text: 'start' })).result).toBe('started');
  });

  test('for a medium that does not exist is told which ones there are', async () => {
    const { status, json } = await shop.request('POST', '/v1/preferences', {
      contact_id: '1',
      action: 'stop',
      medium: 'fax',
    });
    expect([status, json.errors]).toEqual([
      400,
      [
        {
          path: 'medium',
          message: 'expected email, sms, messenger, instagram, whatsapp, telegram or all',
        },
      ],
    ]);
  });
});

test('the answer speaks the customer’s language', async () => {
  const message = async (language: string) =>
    (await wish({ action: 'stop', medium: 'sms', language })).message;
  expect(await message('en')).toMatch(/^Done: no more messages from Juniper Home Rewards/);
  expect(await message('ko')).toMatch(/더 이상 보내지 않습니다/);
  expect(await message('tr')).toMatch(/^Tamam: /);
});
