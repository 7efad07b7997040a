import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTable } from '../../functions/adapters/dynamodb/client.ts';
import { pushProgram } from '../../functions/adapters/dynamodb/registry.ts';
import { createTable } from '../../local/create-table.ts';
import { tableName } from '../../local/edition.ts';
import { launchEngine } from '../../local/engine.ts';
import { loadProgram } from '../../local/program-files.ts';
import { endAll, root, runFile, start } from '../e2e/spawned.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await endAll();
  await house.stop();
});

const report = (...args: string[]) =>
  runFile('cli/report.ts', ['reminders', '--endpoint', house.engine.endpoint, ...args]);
const json = async (...args: string[]): Promise<Reply> => {
  const { code, stdout, stderr } = await report('--json', ...args);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout).programs;
};
const enroll = (shop: Shop, contact: string) =>
  shop.chat('enroll', { contact_id: contact, email: `${contact}@example.com`, first_name: 'Ana' });

/** Sets attributes of a contact, as the sender leaves them. */
const set = (shop: Shop, contact: string, attributes: Record<string, unknown>) =>
  house.table.client.send(
    new UpdateCommand({
      TableName: house.table.name,
      Key: { pk: `P#${shop.id}#M#${contact}`, sk: '@CONTACT' },
      UpdateExpression: `SET ${Object.keys(attributes).map((name) => `#${name} = :${name}`)}`,
      ExpressionAttributeNames: Object.fromEntries(Object.keys(attributes).map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [`:${name}`, value]),
      ),
    }),
  );

describe('report reminders', () => {
  test('adds up the years by outcome, of those who left too', async () => {
    const shop = await house.open();
    for (const contact of ['a', 'b', 'c']) await enroll(shop, contact);
    await set(shop, 'a', { tally: { 2025: { accepted: 2, confirmed: 3, skipped_opted_out: 1 } } });
    await set(shop, 'b', {
      tally: {
        2025: { unconfirmed: 1, closed_blocked: 4 },
        2026: { skipped_capped: 2, skipped_no_email: 1 },
      },
    });
    await set(shop, 'c', { tally: { 2026: { accepted: 1, unconfirmed: 1 } } });
    await shop.chat('leave', { contact_id: 'c' });
    await shop.chat('preferences', { contact_id: 'b', action: 'stop', medium: 'sms' });
    await shop.chat('preferences', { contact_id: 'nobody', action: 'stop' });
    const [of, ...others] = await json('--program', shop.id, '--at', '2026-11-22T00:00:00Z');
    expect(others).toEqual([]);
    expect(of.years).toEqual({
      2025: { sent: 5, confirmed: 3, unconfirmed: 1, skipped: { opted_out: 1 }, refused: { blocked: 4 } },
      2026: { sent: 1, confirmed: 0, unconfirmed: 1, skipped: { capped: 2, no_email: 1 }, refused: {} },
    });
    expect(of.members).toEqual({ active: 2, due: 0, opted_out: { sms: 1 } });
    const [year] = await json('--program', shop.id, '--year', '2026');
    expect(Object.keys(year.years)).toEqual(['2026']);

    const { code, stdout } = await report('--program', shop.id, '--at', '2026-11-22T00:00:00Z');
    expect(code).toBe(0);
    const rows = stdout.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
    const row = (name: string) => rows.find(([, first]) => first === name)?.slice(2, -1);
    expect(row('reminders')).toEqual(['2025', '2026']);
    expect([
      row('sent'),
      row('confirmed'),
      row('skipped'),
      row('capped'),
      row('refused'),
      row('blocked'),
    ]).toEqual([
      ['5', '1'],
      ['3', '0'],
      ['1', '3'],
      ['0', '2'],
      ['4', '0'],
      ['4', '0'],
    ]);
    expect([row('active'), row('stopped sms')]).toEqual([['2'], ['1']]);
    expect(stdout).not.toMatch(/@example\.com|Ana/);
  });

  test('names active members who were not written to for more than 60 days, and counts those who are due', async () => {
    const shop = await house.open();
    for (let n = 1; n <= 23; n += 1) await enroll(shop, `m${n}`);
    const at = (days: number) => new Date(house.clock.now() + days * 86_400_000).toISOString();
    const inTime = await json('--program', shop.id, '--at', at(59));
    expect(inTime[0]).toMatchObject({ members: { active: 23, due: 23 }, silent: { count: 0, contacts: [] } });
    await set(shop, 'm1', {
      message: { id: 'x', at: Date.parse(at(30)), year: '2026', state: 'accepted' },
    });
    await shop.chat('leave', { contact_id: 'm2' });
    const { stdout } = await report('--program', shop.id, '--at', at(61));
    expect(stdout).toContain('21 active members were not written to for more than 60 days');
    expect(stdout.match(/^ {2}m\d+$/gm)).toHaveLength(20);
    expect(stdout).toContain('  and 1 more\n');
    expect(stdout).not.toMatch(/^ {2}m[12]$/m);
  });

  test('tells all programs without --program, and one that was not pushed in a sentence', async () => {
    const shops = [await house.open(), await house.open()];
    const told = (await json()).map(({ program }: Reply) => program);
    expect(told).toEqual(expect.arrayContaining(shops.map(({ id }) => id)));
    const ghost = await report('--program', 'ghost');
    expect([ghost.code, ghost.stdout]).toEqual([1, '']);
    expect(ghost.stderr).toContain('The program ghost is not in this table yet');
  });

  test('reads all pages of a table', async () => {
    const shop = await house.open();
    const long = 'x'.repeat(300_000);
    for (let n = 1; n <= 8; n += 1) {
      await enroll(shop, `page${n}`);
      await set(shop, `page${n}`, { padding: long });
    }
    const [of] = await json('--program', shop.id);
    expect(of.members.active).toBe(8);
  });
});

test('reads the folder of the laptop edition, while something runs on it and when nothing does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'loyalty-report-'));
  const inFolder = () => runFile('cli/report.ts', ['reminders', '--json'], { LOYALTY_DATA: folder });
  const before = await inFolder();
  expect([before.code, before.stderr]).toEqual([
    2,
    expect.stringContaining('there is no data in the folder'),
  ]);
  const engine = await launchEngine({ data: folder });
  const table = openTable(tableName, engine.endpoint);
  await createTable(table.client, tableName);
  await pushProgram(table, (await loadProgram(join(root, 'programs/demo.yaml'))).file);
  table.client.destroy();
  const running = await inFolder();
  await engine.stop();
  const alone = await inFolder();
  expect([running.code, running.stderr, alone]).toEqual([0, '', running]);
  expect(JSON.parse(alone.stdout).programs).toMatchObject([{ program: 'demo', members: { active: 0 } }]);
  await rm(folder, { recursive: true });
});

test.each([
  ['reminders --year 26', 'expected a year such as 2026'],
  ['reminders --at tomorrow', 'expected an instant such as'],
  ['remindrs', "unknown command 'remindrs'"],
])('a mistake on the command line is a sentence and exit code 2: %s', async (line, told) => {
  const { code, stdout, stderr } = await runFile('cli/report.ts', line.split(' '));
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(told)]);
});

test('npm run report runs it', async () => {
  const { code, stdout } = await start('npm', ['run', '--silent', 'report', '--', 'reminders', '--help'])
    .ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining('  npm run report -- reminders\n')]);
});
