import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wantedFields, wantedTags } from '../../cli/manychat/fields.ts';
import { setUp } from '../../cli/manychat/setup.ts';
import { manychatOver } from '../../functions/adapters/manychat/client.ts';
import { fieldTypes } from '../../functions/jobs/send/content.ts';
import { systemStopwatch } from '../../functions/wiring.ts';
import { type DoubleAccount, startDouble } from '../../local/manychat/double.ts';
import { endAll, root, runFile } from '../e2e/spawned.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
});
afterAll(async () => {
  await endAll();
  await house.stop();
});

const double = () => {
  const { double: started } = house.manychat;
  if (started === undefined) throw new Error('the house has no double');
  return started;
};

let accounts = 0;
/** A ManyChat account with the reminder's flow, and all that a program needs but what is named. */
const openAccount = (...missing: string[]): { account: DoubleAccount; token: string } => {
  accounts += 1;
  const token = `${accounts}:key-of-a-test`;
  const account = double().account(token);
  account.addFlow({ ns: shop.program.reminders?.flow ?? '', name: 'Reminder' });
  for (const { name, type } of wantedFields) if (!missing.includes(name)) account.addField(name, type);
  for (const name of wantedTags) if (!missing.includes(name)) account.addTag(name);
  return { account, token };
};

/** In a process of its own, as the owner runs it. */
const setup = (token: string, env: Record<string, string> = {}, of = shop.id) =>
  runFile('cli/manychat.ts', ['setup', '--program', of, '--endpoint', house.engine.endpoint], {
    MANYCHAT_TOKEN: token,
    MANYCHAT_API_BASE: double().url,
    ...env,
  });

/** In this process, which is quicker. */
const setupHere = async (token: string, base = double().url) => {
  const open = manychatOver({ manychat: () => Promise.resolve(token) }, systemStopwatch, base);
  const { account, pace } = shop.program.manychat;
  const opened = await open(account, pace);
  if (opened === undefined) throw new Error('no account');
  return setUp(opened, shop.program);
};

/** What was asked to be made, by its name. */
const made = (since: number) =>
  double()
    .outbox.slice(since)
    .map(({ body }) => body as { caption?: string; name?: string })
    .map(({ caption, name }) => caption ?? name);

describe('setup', () => {
  test('makes what is missing, and a second run finds everything there', async () => {
    const { token } = openAccount('loyalty_reward', 'loyalty_points', 'loyalty_member');
    const before = double().outbox.length;
    const first = await setup(token);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(made(before)).toEqual(['loyalty_points', 'loyalty_reward', 'loyalty_member']);
    expect(first.stdout).toContain('the token is right, the plan too');
    expect(first.stdout).toMatch(/^Custom fields made: loyalty_points, loyalty_reward$/m);
    expect(first.stdout).toMatch(/^Tags made: loyalty_member$/m);
    const after = double().outbox.length;
    const second = await setup(token);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain('Everything that a command can make is there.');
    expect(made(after)).toEqual([]);
    for (const told of [
      '<ApiUrl>/v1/balance',
      'X-Api-Key: <chat key>',
      'Content-Type: application/json',
      '<ApiUrl>/v1/preferences',
      '<ApiUrl>/v1/delivered',
      `npm run loyalty -- key create --role chat --program ${shop.id} --endpoint ${house.engine.endpoint}`,
      `npm run manychat -- test-send --program ${shop.id}`,
      'docs/manychat.md',
    ])
      expect(second.stdout).toContain(told);
    expect(second.stdout).toMatch(/^1\. /m);
    expect(first.stdout + second.stdout).not.toContain('key-of-a-test');
  });

  test('makes every field and the tag in an account that has nothing', async () => {
    const everything = [...wantedFields.map(({ name }) => name), ...wantedTags];
    const { token } = openAccount(...everything);
    const before = double().outbox.length;
    const { fields, tags } = await setupHere(token);
    expect([...fields.made, ...tags.made]).toEqual(everything);
    expect(made(before)).toEqual(everything);
  });

  test('skips what is there in another case', async () => {
    const { account, token } = openAccount('loyalty_points', 'loyalty_member');
    account.addField('Loyalty_Points', 'number');
    account.addTag('Loyalty_Member');
    expect(await setupHere(token)).toMatchObject({ fields: { made: [] }, tags: { made: [] } });
  });

  test('refuses where fields have a wrong type: names each and makes nothing', async () => {
    const { account, token } = openAccount('loyalty_result');
    account.addField('loyalty_points', 'text');
    account.addField('loyalty_reward', 'number');
    const before = double().outbox.length;
    const { code, stdout, stderr } = await setup(token);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('  loyalty_points is of type text and must be number\n');
    expect(stderr).toContain('  loyalty_reward is of type number and must be text\n');
    expect(made(before)).toEqual([]);
  });

  test('looks a lost answer up before it tries again, so that nothing is made twice', async () => {
    const { token } = openAccount('loyalty_points', 'loyalty_tier', 'loyalty_member');
    const before = double().outbox.length;
    double().fail({ path: 'createCustomField', kind: 'drop after' });
    double().fail({ path: 'createCustomField', kind: 'drop before' });
    double().fail({ path: 'createTag', kind: 'drop after' });
    await setupHere(token);
    double().clearFaults();
    // The first was made although its answer was lost; the second was not, and was asked for again.
    expect(made(before)).toEqual(['loyalty_points', 'loyalty_tier', 'loyalty_tier', 'loyalty_member']);
  });

  test('names the flows of the program that the account does not have, after everything else is made', async () => {
    const { account, token } = openAccount('loyalty_tier');
    const other = await house.open((file) => {
      file.flows = { redeem: 'content_redeem', claim: 'content_claim' };
    });
    account.removeFlow(other.program.reminders?.flow ?? '');
    account.addFlow({ ns: 'content_claim', name: 'Claim' });
    const { code, stdout, stderr } = await setup(token, {}, other.id);
    expect(code).toBe(1);
    expect(stdout).toContain('Custom fields made: loyalty_tier\n');
    expect(stderr).toMatch(/^reminders\.flow: the flow content\S+ is not in the ManyChat account/m);
    expect(stderr).toMatch(/^flows\.redeem: the flow content_redeem is not/m);
    expect(stderr).not.toContain('content_claim');
  });
});

describe('what is in the way of setup is a sentence:', () => {
  test('a revoked token, with exit code 1', async () => {
    const { account, token } = openAccount();
    account.revoke();
    const { code, stdout, stderr } = await setup(token);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/does not accept the token of the account .*manychat -- token/);
    expect(stderr).not.toMatch(/^\s+at |"stack"|key-of-a-test/m);
  });

  test('a program that was not pushed, with exit code 1', async () => {
    const { code, stdout, stderr } = await setup(openAccount().token, {}, 'ghost');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The program ghost is not in this table yet');
  });

  test('an address that is none, with exit code 1', async () => {
    const { code, stderr } = await setup(openAccount().token, { MANYCHAT_API_BASE: 'manychat' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('MANYCHAT_API_BASE: expected an address')]);
  });

  test('a plan without the API', async () => {
    const { account, token } = openAccount();
    account.plan = 'free';
    await expect(setupHere(token)).rejects.toThrow(/paid plan \(Pro\)/);
  });

  test('a ManyChat that does not answer', async () => {
    const gone = await startDouble({ clock: house.clock });
    await gone.close();
    await expect(setupHere(openAccount().token, gone.url)).rejects.toThrow(/ManyChat does not answer/);
  });
});

describe('the list of fields', () => {
  test('has every field that we write, with its type and a line on what it is for', () => {
    const types = Object.fromEntries(wantedFields.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject(fieldTypes);
    for (const { description } of wantedFields) expect(description).toMatch(/\S/);
    expect(new Set(wantedFields.map(({ name }) => name)).size).toBe(wantedFields.length);
  });

  test('has every field and tag that the guide for flow builders names', async () => {
    const guide = await readFile(join(root, 'docs/manychat.md'), 'utf8');
    const named = new Set(guide.match(/\bloyalty_[a-z_]+[a-z]\b/g));
    const known = [...wantedFields.map(({ name }) => name), ...wantedTags];
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('a mistake on the command line', () => {
  test.each([
    ['', 'Usage: manychat'],
    ['setup --table t', "required option '--program <id>' not specified"],
    ['test-send --program demo --contact a/b --table t', 'expected a contact id'],
    ['resync --program demo --patience 0 --table t', 'expected a whole number above 0'],
    ['token --account demo 1:secretsecret', 'too many arguments'],
    ['redrive --queue dead', 'expected an http or https URL'],
  ])('is a sentence and exit code 2: %s', async (line, told) => {
    const { code, stdout, stderr } = await runFile('cli/manychat.ts', line.split(' ').filter(Boolean));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(told);
  });

  test('is none: --help of each command has an example', async () => {
    const names = ['setup', 'test-send', 'resync', 'token', 'redrive'];
    const told = await Promise.all(names.map((name) => runFile('cli/manychat.ts', [name, '--help'])));
    for (const [index, { code, stdout }] of told.entries())
      expect([code, stdout]).toEqual([
        0,
        expect.stringContaining(`  npm run manychat -- ${names[index]} --`),
      ]);
  });
});
