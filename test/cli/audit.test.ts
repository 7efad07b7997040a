import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTable, type Table } from '../../functions/adapters/dynamodb/client.ts';
import { endAll, runFile, start, startFile } from '../e2e/spawned.ts';
import { type House, openHouse } from '../support/house.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loyalty-audit-'));
});
afterEach(async () => {
  await endAll();
  await rm(folder, { recursive: true });
});

const audit = (args: readonly string[] = [], env: Record<string, string> = {}) =>
  runFile('cli/audit.ts', args, { LOYALTY_DATA: folder, ...env });

/** A member with one point too many. */
const spoil = ({ client, name }: Table, pk: string) =>
  client.send(
    new UpdateCommand({
      TableName: name,
      Key: { pk, sk: '@MEMBER' },
      UpdateExpression: 'SET #lots.#never = :many',
      ExpressionAttributeNames: { '#lots': 'lots', '#never': 'never' },
      ExpressionAttributeValues: { ':many': 9999 },
    }),
  );

/** The laptop edition on the folder, after its story. */
const edition = async () => {
  const running = startFile('local/main.ts', [], { LOYALTY_DATA: folder, PORT: '0' });
  await running.until(/Ctrl-C ends/);
  const [, endpoint = ''] = /engine \S+ at (\S+),/.exec(running.said.stdout) ?? [];
  const [contact = ''] = await storyMembers(openTable('loyalty', endpoint));
  return { ...running, endpoint, contact };
};

const storyMembers = async ({ client, name }: Table): Promise<string[]> => {
  const { ScanCommand } = await import('@aws-sdk/lib-dynamodb');
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  client.destroy();
  return Items.flatMap(({ sk, contact }) => (sk === '@MEMBER' ? [String(contact)] : []));
};

describe('the folder of the laptop edition', () => {
  test('is audited when nothing runs on it, and is free again afterwards', async () => {
    const running = await edition();
    running.child.kill('SIGTERM');
    await running.ended;
    for (const _ of ['once', 'and again'])
      expect(await audit()).toEqual({
        code: 0,
        stderr: '',
        stdout: `read 1 member, 5 entries, 4 orders, 1 coupon of the folder ${folder}\nthe books are right\n`,
      });
  });

  test('is audited while an edition runs on it', async () => {
    await edition();
    expect(await audit()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/the books are right\n$/),
    });
  });

  test('with a violation names it and exits with 1', async () => {
    const { endpoint, contact } = await edition();
    const table = openTable('loyalty', endpoint);
    await spoil(table, `P#demo#M#${contact}`);
    table.client.destroy();
    const { code, stdout, stderr } = await audit();
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain(
      `invariant 1  demo/${contact}: the lots are not what the entries left in them\n`,
    );
    expect(stdout).toMatch(/\n1 violation\n$/);
  });

  test('that is taken by someone who does not say where says how to audit it', async () => {
    const running = await edition();
    const owner = JSON.parse(await readFile(join(folder, 'owner.json'), 'utf8'));
    delete owner.engine.endpoint;
    await writeFile(join(folder, 'owner.json'), JSON.stringify(owner));
    const { code, stdout, stderr } = await audit();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`the folder ${folder} is in use by process ${running.child.pid}`);
    expect(stderr).toContain('GET /_local/audit');
  });

  test('that holds nothing, or is memory, is a mistake on the command line', async () => {
    await mkdir(join(folder, 'empty'));
    for (const data of [join(folder, 'empty'), join(folder, 'absent')]) {
      const { code, stderr } = await audit([], { LOYALTY_DATA: data });
      expect([code, stderr]).toEqual([2, expect.stringContaining(`there is no data in the folder ${data}`)]);
    }
    const { code, stderr } = await audit([], { LOYALTY_DATA: 'memory' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('GET /_local/audit')]);
  });
});

describe('a table', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    const shop = await house.open();
    await shop.chat('enroll', { contact_id: '1', email: 'a@example.com' });
    await shop.push({ email: 'a@example.com' });
    await shop.chat('claim-order', { contact_id: '1', order_number: '1001' });
  });
  afterAll(() => house.stop());
  const place = () => ['--endpoint', house.engine.endpoint];

  test('is audited where it lies, by option or environment', async () => {
    const clean = {
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('of the table loyalty\nthe books are right'),
    };
    expect(await audit(place())).toMatchObject(clean);
    expect(await audit([...place(), '--table', 'loyalty'])).toMatchObject(clean);
    expect(
      await audit([], { DYNAMODB_ENDPOINT: house.engine.endpoint, TABLE_NAME: 'loyalty' }),
    ).toMatchObject(clean);
  });

  test('is reported as JSON', async () => {
    const { code, stdout, stderr } = await audit([...place(), '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      members: 1,
      entries: 2,
      orders: 1,
      coupons: 0,
      violations: [],
    });
    expect(stdout.trim()).not.toContain('\n');
  });

  test('with a violation is reported as JSON with exit code 1', async () => {
    const shop = await house.open();
    await shop.chat('enroll', { contact_id: '1', email: 'a@example.com' });
    await spoil(house.table, `P#${shop.id}#M#1`);
    const { code, stdout } = await audit([...place(), '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({
        ok: false,
        violations: [{ invariant: 1, where: `${shop.id}/1`, message: expect.any(String) }],
      }),
    ]);
  });

  test('that is not there is a sentence and exit code 1', async () => {
    expect(await audit([...place(), '--table', 'nothing'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('There is no table nothing'),
    });
    const { code, stderr } = await audit(['--table', 't', '--region', 'eu-west-1'], { HOME: folder });
    expect([code, stderr]).toEqual([1, expect.stringContaining('No AWS credentials')]);
  });
});

test.each([['--tabel', 'x'], ['--table'], ['everything']])(
  '%s is a mistake: a sentence and exit code 2',
  async (...args) => {
    const { code, stdout, stderr } = await audit(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: /);
  },
);

test('npm run audit tells how it is used', async () => {
  const { code, stdout } = await start('npm', ['run', '--silent', 'audit', '--', '--help']).ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining('Exit code: 0 the books are right')]);
});
