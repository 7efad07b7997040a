import { afterEach, expect, test } from '@jest/globals';
import { rateLimit } from '../../../local/manychat/limits.ts';
import { get, post, sendContent, sendFlow, start, stopAll, token } from './calls.ts';

afterEach(stopAll);

const statuses = async (count: number, call: () => Promise<{ readonly status: number }>) => {
  const seen = await Promise.all(Array.from({ length: count }, call));
  return seen.map(({ status }) => status).toSorted();
};

const sorted = (good: number, refused: number) => [
  ...Array<number>(good).fill(200),
  ...Array<number>(refused).fill(429),
];

test('answers 429 beyond twenty flows a second and starts none of them', async () => {
  const { double } = await start();
  const account = double.account(token);
  account.addFlow({ ns: 'flow', name: 'Flow' });
  expect(await statuses(23, () => sendFlow(double, '1'))).toEqual(sorted(20, 3));
  expect(account.sent).toHaveLength(20);
  expect(double.outbox.filter(({ status }) => status === 429)).toHaveLength(3);
});

test('takes any number of calls a second where it was started without limits', async () => {
  const { double } = await start({ limits: false });
  for (const page of [token, 'later:token']) {
    double.account(page).addFlow({ ns: 'flow', name: 'Flow' });
    const body = { subscriber_id: '1', flow_ns: 'flow' };
    expect(await statuses(30, () => post(double, '/fb/sending/sendFlow', body, page))).toEqual(sorted(30, 0));
  }
});

test('answers 429 beyond twenty-five messages a second', async () => {
  const { double } = await start();
  expect(await statuses(27, () => sendContent(double, '1', {}, { type: 'telegram' }))).toEqual(sorted(25, 2));
});

test('answers 429 beyond ten writes, creations and subscriber reads a second, each counted for itself', async () => {
  const { double } = await start();
  const account = double.account(token);
  account.addField('one', 'number');
  account.addTag('tag');
  const write = { subscriber_id: '1', field_name: 'one', field_value: 1 };
  const tagging = { subscriber_id: '1', tag_name: 'tag' };
  const bodies: Record<string, unknown> = {
    '/fb/subscriber/setCustomFieldByName': write,
    '/fb/subscriber/setCustomFields': { subscriber_id: '1', fields: [write] },
    '/fb/subscriber/addTagByName': tagging,
    '/fb/subscriber/removeTagByName': tagging,
  };
  for (const [path, body] of Object.entries(bodies)) {
    expect([path, await statuses(11, () => post(double, path, body))]).toEqual([path, sorted(10, 1)]);
  }
  let made = 0;
  const newTag = () => post(double, '/fb/page/createTag', { name: `tag ${made++}` });
  expect(await statuses(11, newTag)).toEqual(sorted(10, 1));
  const newField = () =>
    post(double, '/fb/page/createCustomField', { caption: `field ${made++}`, type: 'text' });
  expect(await statuses(11, newField)).toEqual(sorted(10, 1));
  for (const path of ['/fb/page/getFlows', '/fb/subscriber/getInfo?subscriber_id=1']) {
    expect([path, await statuses(11, () => get(double, path))]).toEqual([path, sorted(10, 1)]);
  }
});

test.each(['getInfo', 'getCustomFields', 'getTags'])(
  'answers 429 beyond a hundred page reads a second: %s',
  async (operation) => {
    const { double } = await start();
    expect(await statuses(102, () => get(double, `/fb/page/${operation}`))).toEqual(sorted(100, 2));
  },
);

test('counts the calls of each account for themselves', async () => {
  const { double } = await start({ tokens: [token, '2:b'] });
  expect(await statuses(11, () => get(double, '/fb/page/getFlows'))).toEqual(sorted(10, 1));
  expect(await statuses(10, () => get(double, '/fb/page/getFlows', '2:b'))).toEqual(sorted(10, 0));
});

test('lets calls in again as the second slides on, whatever was refused meanwhile', () => {
  const limit = rateLimit();
  const taken = [0, 500, 900, 999, 1_000, 1_400, 1_499, 1_500].map((at) => limit.take('/a', 2, at));
  expect(taken).toEqual([true, true, false, false, true, false, false, true]);
});

test('tells when calls arrived, refused ones too, by the path or its end', async () => {
  const { double } = await start();
  const before = performance.now();
  await statuses(11, () => get(double, '/fb/page/getFlows'));
  await get(double, '/fb/page/getInfo');
  await get(double, '/fb/subscriber/getInfo?subscriber_id=1');
  await get(double, '/fb/page/getInfo', 'no:token');
  const arrivals = double.arrivals(token, 'getFlows');
  expect(arrivals).toHaveLength(11);
  expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
  expect(arrivals[0]).toBeGreaterThanOrEqual(before);
  expect(arrivals[10]).toBeLessThanOrEqual(performance.now());
  const counts = ['getInfo', 'page/getInfo', '/fb/subscriber/getInfo', 'sendFlow'].map(
    (operation) => double.arrivals(token, operation).length,
  );
  expect(counts).toEqual([2, 1, 1, 0]);
  expect(double.arrivals('no:token', 'getInfo')).toEqual([]);
});
