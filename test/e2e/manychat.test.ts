import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { movableClock } from '../../local/clock.ts';
import { type Double, startDouble } from '../../local/manychat/double.ts';
import { openLaptop, startLaptop } from './laptop.ts';
import { endAll } from './spawned.ts';

let data: string;
let double: Double;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'loyalty-e2e-'));
  double = await startDouble({ clock: movableClock(), tokens: ['7:secret'] });
});
afterEach(async () => {
  await endAll();
  await double.close();
  await rm(data, { recursive: true, force: true });
});

const flows = () => double.outbox.filter(({ path }) => path.endsWith('/sendFlow'));

describe('MANYCHAT_API_BASE', () => {
  test('sends the reminders there, with MANYCHAT_TOKEN, also after a restart', async () => {
    const account = double.account('7:secret');
    const { fieldTypes } = await import('../../functions/jobs/send/content.ts');
    for (const [name, type] of Object.entries(fieldTypes)) account.addField(name, type);
    account.addFlow({ ns: 'content20260101000000_000001', name: 'Reminder' });
    const env = { MANYCHAT_API_BASE: `${double.url}/`, MANYCHAT_TOKEN: '7:secret' };
    const laptop = await openLaptop(data, env);
    await laptop.request('POST', '/v1/enroll', { contact_id: '12345678901234567', email: 'a@example.com' });
    await laptop.end();
    const again = await openLaptop(data, env);
    await again.request('POST', '/_local/clock', { advance: 'P29D' });
    const { json } = await again.request('POST', '/_local/run/remind', {});
    expect(json).toMatchObject({ ok: true, sent: 1 });
    expect(flows().map(({ body }) => body)).toEqual([
      { subscriber_id: '12345678901234567', flow_ns: 'content20260101000000_000001' },
    ]);
    // Its own outbox is the double's, and there is none.
    expect((await again.request('GET', '/_local/outbox')).json).toEqual({ ok: true, messages: [] });
    expect(again.said.stdout + again.said.stderr).not.toContain('secret');
  });

  test('that is no address stops the start with a sentence', async () => {
    const { code, stderr } = await startLaptop(data, { MANYCHAT_API_BASE: 'manychat' }).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('MANYCHAT_API_BASE: expected an address such as https://api.manychat.com'),
    ]);
  });

  test('that nobody answers at leaves everybody due, and is told', async () => {
    const env = { MANYCHAT_API_BASE: 'http://127.0.0.1:9' };
    const laptop = await openLaptop(data, env);
    await laptop.request('POST', '/v1/enroll', { contact_id: '1', email: 'a@example.com' });
    await laptop.request('POST', '/_local/clock', { advance: 'P29D' });
    const { json } = await laptop.request('POST', '/_local/run/remind', {});
    expect(json).toMatchObject({ ok: true, sent: 0, unconfirmed: 0, held: 1 });
  }, 20_000);
});
