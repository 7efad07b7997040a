import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { blockProblems, buttonsOf } from '../support/block-rules.ts';
import {
  ana,
  block,
  cheapest,
  press,
  reward,
  rewardUrl,
  shopWithAna,
  tap,
  textOf,
} from '../support/buttons.ts';
import { type House, openHouse } from '../support/house.ts';
import { allFlows } from '../support/nasty-programs.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clock.set(instant.parse(Date.now())));
afterAll(() => house.stop());

describe('a button that takes a reward', () => {
  test('works without a key, and a repeat is a replay at any time of its day', async () => {
    const shop = await shopWithAna(house);
    const button = await cheapest(shop, { language: 'ko' });
    const taken = await tap(house, button);
    expect(taken.status).toBe(200);
    expect(blockProblems(taken.json, 'messenger', shop.program, ['local-chat', '@'])).toEqual([]);
    const code = /GIFT-\S{4}-\S{4}-\S{4}/.exec(textOf(taken.json))?.[0] ?? '';
    expect(textOf(taken.json)).toMatch(/^여기 있어요! 선물 1: /);
    expect(buttonsOf(taken.json)).toEqual([{ type: 'url', caption: '쇼핑몰 열기', url: rewardUrl }]);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 49, rewards_won: 1 });
    house.clock.set(instant.parse(house.clock.now() + 23 * 3_600_000));
    const again = await tap(house, button);
    expect([again.status, textOf(again.json)]).toEqual([200, expect.stringContaining(code)]);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 49, rewards_won: 1 });
    expect(await shop.store('coupons/check', { code })).toMatchObject({ result: 'valid' });
  });

  test('that is tapped twenty times at once takes one', async () => {
    const shop = await shopWithAna(house);
    const [button] = buttonsOf(await block(shop, 'balance'));
    if (button === undefined) throw new Error('no button');
    const all = await Promise.all(Array.from({ length: 20 }, () => tap(house, button)));
    expect(all.every(({ status }) => status === 200)).toBe(true);
    const codes = all.map(({ json }) => /GIFT-[A-Z0-9-]+/.exec(textOf(json))?.[0]);
    expect(new Set(codes).size).toBe(1);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 49, rewards_won: 1 });
  });

  test('does what it was made for, whatever is sent along', async () => {
    const shop = await shopWithAna(house);
    const button = await cheapest(shop);
    const body = JSON.stringify({
      contact_id: '2',
      reward: 'r9',
      request_id: 'x',
      language: 'tr',
      channel: 'whatsapp',
    });
    expect(textOf((await tap(house, button, body)).json)).toMatch(/^Here you are! Reward 1: /);
    for (const other of ['', 'not json', '[]', '{"contact_id":"2"}', '\u0000'])
      expect(textOf((await tap(house, button, other)).json)).toMatch(/^Reward 1: your code is /);
    const withKey = await press(house, button, { ...button.headers, 'x-api-key': 'wrong' });
    expect(textOf(withKey.json)).toMatch(/^Reward 1: your code is /);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 49 });
  });

  test('of another block repeats what was taken just now, and after the minutes it is a new request', async () => {
    const shop = await shopWithAna(house);
    const buttons = [await cheapest(shop), await cheapest(shop), await cheapest(shop)];
    const [one, two, three] = buttons;
    if (one === undefined || two === undefined || three === undefined) throw new Error('no button');
    expect(textOf((await tap(house, one)).json)).toMatch(/^Here you are!/);
    expect(textOf((await tap(house, two)).json)).toMatch(/^Reward 1: your code is /);
    house.clock.set(instant.parse(house.clock.now() + 11 * 60_000));
    expect(textOf((await tap(house, three)).json)).toMatch(/^Here you are!/);
    expect(textOf((await tap(house, one)).json)).toMatch(/^Reward 1: your code is /);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 48, rewards_won: 2 });
  });

  test('tells somebody who left, or who has too few points by now, what the matter is', async () => {
    const shop = await shopWithAna(house, (file) => {
      file.rewards = [reward(1, 30)];
    });
    const [one] = buttonsOf(await block(shop, 'rewards'));
    const [other] = buttonsOf(await block(shop, 'rewards'));
    if (one === undefined || other === undefined) throw new Error('no button');
    await tap(house, one);
    house.clock.set(instant.parse(house.clock.now() + 11 * 60_000));
    expect(textOf((await tap(house, other)).json)).toBe('Reward 1 costs 30 points. You need 10 points more.');
    await shop.chat('leave', ana);
    expect(textOf((await tap(house, other)).json)).toMatch(/^You are not a member yet/);
  });
});

describe('the way to the next page', () => {
  test('is a button on Messenger, page after page to the last', async () => {
    const shop = await shopWithAna(house);
    const seen: string[][] = [];
    let shown = await block(shop, 'rewards');
    for (;;) {
      seen.push((shown.content.messages[1]?.elements ?? []).map(({ title }) => title));
      const last = shown.content.messages.at(-1);
      expect(last?.text).toBe(`Page ${seen.length} of 3`);
      const [more] = last?.buttons ?? [];
      if (more === undefined) break;
      const { status, json } = await tap(house, more);
      expect([status, blockProblems(json, 'messenger', shop.program, ['local-chat'])]).toEqual([200, []]);
      shown = json;
    }
    expect(seen.map(({ length }) => length)).toEqual([8, 8, 4]);
    expect(new Set(seen.flat()).size).toBe(20);
  });

  test('is not there where all fits on one page', async () => {
    const shop = await shopWithAna(house, (file) => {
      file.rewards.splice(8);
    });
    expect((await block(shop, 'rewards')).content.messages.map(({ type }) => type)).toEqual([
      'text',
      'cards',
    ]);
  });
});

describe('on the other channels', () => {
  const others = ['instagram', 'whatsapp', 'telegram'];

  test.each(others)(
    'each reward that can be taken has a button to the flow, which sets the field, on %s',
    async (channel) => {
      const shop = await shopWithAna(house, (file) => {
        file.flows = { redeem: allFlows.redeem };
        file.rewards.splice(7, 13, reward(99, 1000));
      });
      for (const verb of ['rewards', 'balance']) {
        const buttons = buttonsOf(await block(shop, verb, { channel }));
        const actions = buttons.map(({ actions: [action] = [] }) => action?.value);
        expect([verb, actions]).toEqual([verb, Array.from({ length: 7 }, (_, n) => `r${n + 1}`)]);
        for (const button of buttons)
          expect(button).toMatchObject({
            type: 'flow',
            target: allFlows.redeem,
            actions: [{ action: 'set_field_value', field_name: 'loyalty_reward' }],
          });
      }
      expect(await shop.chat('redeem', { ...ana, reward: 'r7' })).toMatchObject({ result: 'issued' });
    },
  );

  test.each(others)(
    'there are no buttons without a flow, and all rewards are shown, on %s',
    async (channel) => {
      const shop = await shopWithAna(house, (file) => {
        file.flows = { rewards: allFlows.rewards };
        file.rewards.splice(8);
      });
      const shown = await block(shop, 'rewards', { channel });
      expect(buttonsOf(shown)).toEqual([]);
      for (let n = 1; n <= 8; n += 1) expect(JSON.stringify(shown)).toContain(`Reward ${n}`);
    },
  );
});

describe('quick replies', () => {
  const captions = ['Rewards', 'My points', 'Claim an order'];
  test.each([
    ['messenger', captions],
    ['instagram', captions],
    ['whatsapp', []],
    ['telegram', []],
  ])('on %s lead to the flows that the program names, and to no other', async (channel, expected) => {
    const replies = async (flows: object) => {
      const shop = await shopWithAna(house, (file) => {
        file.flows = flows;
      });
      const { quick_replies = [] } = (await block(shop, 'balance', { channel })).content;
      return quick_replies.map(({ type, caption, target }) => [type, caption, target]);
    };
    const all = [allFlows.rewards, allFlows.balance, allFlows.claim];
    expect(await replies(allFlows)).toEqual(expected.map((caption, n) => ['flow', caption, all[n]]));
    expect(await replies({ redeem: allFlows.redeem })).toEqual([]);
    const claim = await replies({ claim: allFlows.claim });
    expect(claim).toEqual(expected.length === 0 ? [] : [['flow', 'Claim an order', allFlows.claim]]);
  });
});
