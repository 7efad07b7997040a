import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { openTable } from '../../functions/adapters/dynamodb/client.ts';
import type { Contact } from '../../functions/domain/contact.ts';
import { readProgram } from '../../functions/domain/program.ts';
import { fieldTypes } from '../../functions/jobs/send/content.ts';
import { systemClock } from '../../functions/wiring.ts';
import { tableName } from '../../local/edition.ts';
import { runningEngine } from '../../local/folder-lock.ts';
import { type Double, startDouble } from '../../local/manychat/double.ts';
import { type Laptop, openLaptop } from '../e2e/laptop.ts';
import { endAll } from '../e2e/spawned.ts';
import { dueAfter, personOf } from '../support/crash.ts';
import { demoFile } from '../support/house.ts';

const token = 'kill:key';
const kills = 20;
const members = Array.from({ length: 50 }, (_, n) => `m${n}`);
/** The sender serves no more members than this at once. */
const atOnce = 8;

let folder: string;
let double: Double;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loyalty-kill-'));
  double = await startDouble({ clock: systemClock, tokens: [token] });
});
afterAll(async () => {
  await endAll();
  await double.close();
  await rm(folder, { recursive: true, force: true });
});

/** Slower than ManyChat allows, so that a kill meets one message on its way and not several. */
const programOf = () => {
  const file = demoFile();
  file.timezone = 'UTC';
  file.manychat = { pace: { send_flow: 5, send_content: 5, write: 5 } };
  const read = readProgram(file);
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  return { file, id: read.program.id, program: read.program };
};
const shop = programOf();

const setUp = async () => {
  await writeFile(join(folder, 'program.yaml'), stringify(shop.file));
  const account = double.account(token);
  for (const [name, type] of Object.entries(fieldTypes)) account.addField(name, type);
  account.addFlow({ ns: shop.program.reminders?.flow ?? '', name: 'reminder' });
};

const start = (): Promise<Laptop> =>
  openLaptop(join(folder, 'data'), {
    LOYALTY_PROGRAM: join(folder, 'program.yaml'),
    MANYCHAT_API_BASE: double.url,
    MANYCHAT_TOKEN: token,
  });

/** A process that has just begun knows nothing of a clock that was set before it. */
const startWhenDue = async (): Promise<Laptop> => {
  const laptop = await start();
  await laptop.request('POST', '/_local/clock', { advance: 'P29D' });
  return laptop;
};

const people = async (): Promise<Contact[]> => {
  const table = openTable(tableName, await runningEngine(join(folder, 'data')));
  const found = await Promise.all(members.map((member) => personOf({ table }, shop, member)));
  table.client.destroy();
  return found;
};
const unconfirmedOf = (found: readonly Contact[]): string[] =>
  found.filter(({ message }) => message?.state === 'unconfirmed').map(({ contact }) => contact);

/** To whom messages arrived, one after the other. */
const arrivals = (): string[] => double.account(token).sent.map(({ contact }) => contact);

interface Shot {
  /** So many calls of this path come first. */
  readonly path: string;
  readonly nth: number;
  /** And then so much time goes by. */
  readonly ms: number;
}
const anyShot = fc.noBias(
  fc.record<Shot>({
    path: fc.constantFrom('setCustomFields', 'sendFlow', 'sendFlow'),
    nth: fc.integer({ min: 1, max: 2 }),
    ms: fc.integer({ min: 0, max: 150 }),
  }),
);

/** Runs until it is shot. @returns whether it was */
const shoot = async (laptop: Laptop, { path, nth, ms }: Shot): Promise<boolean> => {
  const from = double.outbox.length;
  const came = () => double.outbox.slice(from).filter((one) => one.path.endsWith(path)).length;
  let done = false;
  const running = laptop.request('POST', '/_local/run/remind', {}).then(
    () => {
      done = true;
    },
    // Nobody answers any more.
    () => undefined,
  );
  while (came() < nth && !done) await pause(1);
  if (ms > 0) await pause(ms);
  await laptop.end('SIGKILL');
  await running;
  return !done;
};

const enrolled = async (): Promise<void> => {
  const laptop = await start();
  for (const member of members) {
    const body = { contact_id: member, email: `${member}@example.com` };
    expect((await laptop.request('POST', '/v1/enroll', body)).json).toMatchObject({ result: 'enrolled' });
  }
  expect(await laptop.end()).toBe(0);
};

test('20 kills while reminders go out lose only messages in flight: nobody gets two, all others arrive', async () => {
  await setUp();
  await enrolled();
  // As slow as ManyChat is, so that a kill may come while it thinks.
  double.fail({ kind: 'delay', delayMs: 30, path: 'sendFlow', times: 1_000 });
  const seed = randomInt(1_000_000);
  const lost = new Set<string>();

  let laptop = await startWhenDue();
  for (const [kill, shot] of fc.sample(anyShot, { seed, numRuns: kills }).entries()) {
    const before = arrivals().length;
    const shotDown = await shoot(laptop, shot);
    laptop = await startWhenDue();
    const unconfirmed = unconfirmedOf(await people());
    const now = unconfirmed.filter((contact) => !lost.has(contact));
    // Either they never left, or they were the last to arrive.
    const lately = arrivals().slice(before).slice(-atOnce);
    const strange = now.filter((contact) => arrivals().includes(contact) && !lately.includes(contact));
    expect({ seed, kill, shotDown, strange }).toEqual({ seed, kill, shotDown: true, strange: [] });
    for (const contact of now) lost.add(contact);
  }
  const { json } = await laptop.request('POST', '/_local/run/remind', {});
  expect(json).toMatchObject({ result: 'done', unconfirmed: 0, held: 0, skipped: {}, closed: {} });
  expect((await laptop.request('GET', '/_local/audit')).json).toMatchObject({ ok: true, violations: [] });

  expect([seed, lost.size <= kills]).toEqual([seed, true]);
  for (const { contact, message, dueAt, tally } of await people()) {
    const arrived = arrivals().filter((one) => one === contact).length;
    const state = lost.has(contact) ? 'unconfirmed' : 'accepted';
    const most = lost.has(contact) ? [0, 1] : [1];
    expect({ seed, contact, state: message?.state }).toEqual({ seed, contact, state });
    expect(most).toContain(arrived);
    expect(Object.values(tally ?? {})).toEqual([{ [state]: 1 }]);
    expect(dueAt).toBe(message && dueAfter(message.at));
  }
  expect(await laptop.end()).toBe(0);
}, 300_000);
