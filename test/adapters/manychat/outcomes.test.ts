import { afterEach, describe, expect, test } from '@jest/globals';
import { manychatOver } from '../../../functions/adapters/manychat/client.ts';
import { defaultPace } from '../../../functions/domain/program.ts';
import type { ManyChat, Outcome } from '../../../functions/ports/manychat.ts';
import { systemStopwatch } from '../../../functions/wiring.ts';
import type { Double, Fault } from '../../../local/manychat/double.ts';
import { ana, closeAll, flow, opened, ours, scene, token, yes } from './scene.ts';

afterEach(closeAll);

const paths = ({ outbox }: Double) => outbox.map(({ path }) => path);
const statuses = ({ outbox }: Double) => outbox.map(({ status }) => status);

const busyAnswers: readonly Fault[] = [
  { kind: 'status', status: 429, body: { status: 'error', message: 'Too many' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, body: '<html>Unavailable</html>' },
];

describe('a call that surely was not taken', () => {
  test.each(busyAnswers)('is tried again after a rest: %j', async (fault) => {
    const { double, account, client, watch } = await scene();
    double.fail({ ...fault, times: 3 });
    let intended = 0;
    const intend = () => {
      intended += 1;
      return Promise.resolve(true);
    };
    expect(await client.startFlow(ana, flow, intend)).toEqual({ kind: 'ok', data: {} });
    // Before each try: somebody may have said STOP meanwhile.
    expect(intended).toBe(4);
    expect(statuses(double)).toEqual([fault.status, fault.status, fault.status, 200]);
    expect(account.sent).toHaveLength(1);
    // Nothing leaves for a second after each of them.
    // Twice for each of the three: until what is to be done before, and until the turn.
    expect(watch.waited.filter((ms) => ms >= 900)).toHaveLength(6);
  });

  test.each(busyAnswers)('is told as busy after four tries: %j', async (fault) => {
    const { double, account, client } = await scene();
    double.fail({ ...fault, times: 4 });
    const outcome = await client.startFlow(ana, flow, yes);
    expect(outcome).toMatchObject({
      kind: 'busy',
      message: expect.stringContaining(`HTTP ${fault.status}: `),
    });
    expect(double.outbox).toHaveLength(4);
    expect(account.sent).toEqual([]);
    double.fail({ ...fault, times: 4 });
    expect((await client.setFields(ana, { loyalty_points: 1 })).kind).toBe('busy');
    expect(double.outbox).toHaveLength(8);
  });

  test('because there was no connection, is busy', async () => {
    const { double, client } = await scene();
    await double.close();
    let intended = 0;
    const outcome = await client.startFlow(ana, flow, () => {
      intended += 1;
      return Promise.resolve(true);
    });
    expect(outcome).toEqual({ kind: 'busy', message: 'no connection (ECONNREFUSED)' });
    expect(intended).toBe(4);
    expect((await client.setFields(ana, { loyalty_points: 1 })).kind).toBe('busy');
    expect((await client.flows()).kind).toBe('busy');
  });

  test('waits on the clock that only runs forward', async () => {
    const { double } = await scene();
    const over = manychatOver({ manychat: () => Promise.resolve(token) }, systemStopwatch, double.url);
    const client = opened(await over(ours, defaultPace));
    double.fail({ kind: 'status', status: 429 });
    const before = performance.now();
    expect((await client.startFlow(ana, flow, yes)).kind).toBe('ok');
    expect(performance.now() - before).toBeGreaterThanOrEqual(1_000);
  });
});

const lost: readonly Fault[] = [
  { kind: 'hang' },
  { kind: 'drop before' },
  { kind: 'drop after' },
  { kind: 'status', status: 502, body: '<html>Bad gateway</html>' },
  { kind: 'status', status: 504 },
  { kind: 'status', status: 200, body: '<html>Welcome</html>' },
  { kind: 'status', status: 200, body: { ok: true } },
  { kind: 'delay', delayMs: 60_000 },
];

/** Only who is never answered has to wait for it. */
const patience = ({ kind }: Fault) => (kind === 'hang' || kind === 'delay' ? { withinMs: 500 } : {});

describe('a call of which nobody knows whether it was taken', () => {
  test.each(lost)('is never sent twice where that would be felt: %j', async (fault) => {
    const { double, client } = await scene(patience(fault));
    double.fail({ ...fault, times: 9 });
    expect((await client.startFlow(ana, flow, yes)).kind).toBe('unknown');
    expect((await client.sendContent(ana, { version: 'v2', content: { messages: [] } })).kind).toBe(
      'unknown',
    );
    expect(paths(double)).toEqual(['/fb/sending/sendFlow', '/fb/sending/sendContent']);
  });

  test.each(lost)('is repeated where twice is the same as once: %j', async (fault) => {
    const { double, account, client } = await scene(patience(fault));
    double.fail(fault);
    expect(await client.setFields(ana, { loyalty_points: 7 })).toEqual({ kind: 'ok', data: {} });
    expect(paths(double)).toEqual(['/fb/subscriber/setCustomFields', '/fb/subscriber/setCustomFields']);
    expect(account.fields(ana)).toEqual({ loyalty_points: 7 });
  });

  test('is told so in the end', async () => {
    const { double, client } = await scene();
    double.fail({ kind: 'drop before', times: 4 });
    expect(await client.setFields(ana, { loyalty_points: 7 })).toEqual({
      kind: 'unknown',
      message: expect.stringMatching(/^the answer was lost \(.+\)$/),
    });
    expect(double.outbox).toHaveLength(4);
    double.fail({ kind: 'drop after', path: 'createTag' });
    expect((await client.createTag('vip')).kind).toBe('unknown');
    double.fail({ kind: 'drop after', path: 'createCustomField' });
    expect((await client.createField({ name: 'x', type: 'text', description: 'X' })).kind).toBe('unknown');
    expect(double.outbox).toHaveLength(6);
  });

  test('after one that was busy, is not sent a third time', async () => {
    const { double, client } = await scene();
    double.fail({ kind: 'status', status: 429 });
    double.fail({ kind: 'drop after' });
    expect((await client.startFlow(ana, flow, yes)).kind).toBe('unknown');
    expect(statuses(double)).toEqual([429, 0]);
  });
});

describe('a refusal', () => {
  const refusal = async (
    change: (given: Awaited<ReturnType<typeof scene>>) => void,
    ask = (client: ManyChat): Promise<Outcome | { kind: 'withheld' }> => client.startFlow(ana, flow, yes),
  ) => {
    const given = await scene();
    change(given);
    const outcome = await ask(given.client);
    // None is tried again.
    expect(given.double.outbox).toHaveLength(1);
    return outcome;
  };

  test('of a flow that was deleted, a contact who blocked the page, a token that was revoked', async () => {
    expect(await refusal(({ account }) => account.removeFlow(flow))).toEqual({
      kind: 'refused',
      status: 400,
      code: undefined,
      message: 'Validation error: Flow does not exist',
    });
    expect(await refusal(({ account }) => account.setContact(ana, { blocked: true }))).toMatchObject({
      kind: 'refused',
      status: 200,
    });
    expect(await refusal(({ account }) => account.revoke())).toMatchObject({ kind: 'refused', status: 401 });
    const free = await refusal(({ account }) => {
      account.plan = 'free';
    });
    expect(free).toMatchObject({ kind: 'refused', status: 403 });
  });

  test('of a closed window has its code', async () => {
    const content = { version: 'v2', content: { messages: [] } };
    const outcome = await refusal(
      () => undefined,
      (client) => client.sendContent(ana, content),
    );
    expect(outcome).toMatchObject({ kind: 'refused', status: 400, code: 3011 });
  });

  test('of a field of the wrong type names the field', async () => {
    const outcome = await refusal(
      () => undefined,
      (client) => client.setFields(ana, { loyalty_points: 'sixty' }),
    );
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining('loyalty_points') });
  });
});
