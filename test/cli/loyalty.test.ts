import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endAll, root, runFile, start } from '../e2e/spawned.ts';
import { type House, openHouse } from '../support/house.ts';

let house: House;
let folder: string;
beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(join(tmpdir(), 'loyalty-cli-'));
});
afterAll(async () => {
  await endAll();
  await house.stop();
  await rm(folder, { recursive: true });
});

const loyalty = (line: string, env: Record<string, string> = {}) =>
  runFile('cli/loyalty.ts', line.split(' ').filter(Boolean), env);
const here = () => `--endpoint ${house.engine.endpoint}`;

/** The demo under another name. */
const programFile = async (
  id: string,
  change: (yaml: string) => string = (yaml) => yaml,
): Promise<string> => {
  const path = join(folder, `${id}.yaml`);
  const yaml = await readFile(join(root, 'programs/demo.yaml'), 'utf8');
  await writeFile(path, change(yaml.replace('program: demo', `program: ${id}`)));
  return path;
};

describe('program push', () => {
  test('puts a program in force with a version that grows with each change only', async () => {
    const path = await programFile('garden');
    const push = () => loyalty(`program push ${path} ${here()}`);
    expect(await push()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('program garden, version 1\n'),
    });
    expect(await push()).toEqual({ code: 0, stderr: '', stdout: 'program garden, version 1 (unchanged)\n' });
    await programFile('garden', (yaml) => yaml.replace('signup_bonus: 50', 'signup_bonus: 70'));
    expect((await push()).stdout).toContain('program garden, version 2\n');
    const { stdout } = await loyalty(`key create --role chat --program garden ${here()}`);
    const response = await fetch(`${house.server.url}/v1/enroll`, {
      method: 'POST',
      headers: { 'x-api-key': stdout.split('\n')[0] ?? '' },
      body: JSON.stringify({ contact_id: '1', email: 'a@example.com' }),
    });
    expect(await response.json()).toMatchObject({ result: 'enrolled', points: 70 });
  });

  test('finds table and engine in the environment', async () => {
    const env = { TABLE_NAME: house.table.name, DYNAMODB_ENDPOINT: house.engine.endpoint };
    const { code, stdout } = await loyalty(`program push ${await programFile('env')}`, env);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'program env, version 1']);
  });

  test('names each wrong value of a broken file and stores nothing', async () => {
    const path = await programFile('broken', (yaml) =>
      yaml.replace('signup_bonus: 50', 'signup_bonus: many').replace('language: en', 'langage: en'),
    );
    const { code, stdout, stderr } = await loyalty(`program push ${path} ${here()}`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${path} is not a program yet:`);
    expect(stderr).toMatch(/^ {2}signup_bonus: expected a whole number/m);
    expect(stderr).toMatch(/^ {2}langage: expected no such key/m);
    const key = await loyalty(`key create --role chat --program broken ${here()}`);
    expect([key.code, key.stdout]).toEqual([1, '']);
  });

  test('says so where the file cannot be read or is no YAML', async () => {
    const missing = await loyalty(`program push ${folder}/nothing.yaml ${here()}`);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringContaining('expected a file that can be read'),
    ]);
    const path = await programFile('tabs', () => 'program: "open');
    expect((await loyalty(`program push ${path} ${here()}`)).stderr).toMatch(/line 1: expected YAML/);
  });
});

describe('key create', () => {
  test('prints a key once, with how to use it', async () => {
    await loyalty(`program push ${await programFile('shop1')} ${here()}`);
    const { code, stdout, stderr } = await loyalty(`key create --role store --program shop1 ${here()}`);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.match(/lk_shop1_store_[0-9a-z]{30}/g)).toHaveLength(1);
    expect(stdout).toMatch(/^lk_shop1_store_[0-9a-z]{30}\n/);
    expect(stdout).toContain('X-Api-Key');
    expect(stdout).toContain('shown this once');
  });

  test('refuses for a program that was not pushed and names the next step', async () => {
    const { code, stdout, stderr } = await loyalty(`key create --role chat --program ghost ${here()}`);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The program ghost is not in this table yet');
    expect(stderr).toContain(`npm run loyalty -- program push FILE ${here()}`);
  });
});

describe('a mistake on the command line', () => {
  test.each([
    ['', 'Usage: loyalty'],
    ['progam', "unknown command 'progam'"],
    ['program', 'Usage: loyalty program'],
    ['program push', "missing required argument 'file'"],
    ['program push a b --table t', 'too many arguments'],
    ['program push a --tabel t', "unknown option '--tabel'"],
    ['program push a --table', "option '--table <name>' argument missing"],
    ['program push a', 'pass --table with the output TableName of the deploy'],
    ['program push a --endpoint localhost:8000', 'expected an http or https URL'],
    ['key create --program demo --table t', "required option '--role <role>' not specified"],
    ['key create --role chat --table t', "required option '--program <id>' not specified"],
    ['key create --role owner --program demo --table t', 'Allowed choices are chat, store, admin'],
    ['key create --role chat --program Demo! --table t', 'expected 2 to 32 of a-z, 0-9 and -'],
    ['key create --role chat --program demo', 'pass --table'],
  ])('is a sentence and exit code 2: %s', async (line, sentence) => {
    const { code, stdout, stderr } = await loyalty(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each([
    '--help',
    'program --help',
    'program push --help',
    'key --help',
    'key create --help',
    'help key',
  ])('is none: %s tells everything and exits with 0', async (line) => {
    const { code, stdout, stderr } = await loyalty(line);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: loyalty/);
  });
});

describe('what is in the way is a sentence and exit code 1:', () => {
  const sentence = async (line: string, env: Record<string, string> = {}): Promise<string> => {
    const { code, stdout, stderr } = await loyalty(line, { HOME: folder, ...env });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).not.toMatch(/^\s+at |"stack"/m);
    return stderr;
  };
  const push = 'program push programs/demo.yaml';

  test('no AWS region', async () => {
    expect(await sentence(`${push} --table t`)).toMatch(/No AWS region is set/);
  });

  test('no AWS credentials', async () => {
    expect(await sentence(`${push} --table t --region eu-west-1`)).toMatch(/No AWS credentials were found/);
    expect(await sentence(`${push} --table t`, { AWS_REGION: 'eu-west-1', AWS_PROFILE: 'nobody' })).toMatch(
      /No AWS credentials were found/,
    );
  });

  test('no engine', async () => {
    expect(await sentence(`${push} --endpoint http://127.0.0.1:1`)).toMatch(
      /Nothing answers at http:\/\/127.0.0.1:1/,
    );
  });

  test('no table', async () => {
    expect(await sentence(`${push} --table nothing ${here()}`)).toMatch(/There is no table nothing at /);
  });

  test('a table that is no ledger', async () => {
    await house.table.client.send(
      new CreateTableCommand({
        TableName: 'strange',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    expect(await sentence(`${push} --table strange ${here()}`)).toMatch(/is no ledger/);
  });

  test('and nothing of the credentials is ever told', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIDSECRET',
      AWS_SECRET_ACCESS_KEY: 'hunter2hunter2',
      AWS_REGION: 'xx-nowhere-1',
    };
    const told = await sentence(`${push} --table t`, env);
    expect(told).not.toMatch(/AKIDSECRET|hunter2/);
  });
});

test('npm run loyalty runs it', async () => {
  const { code, stdout } = await start('npm', ['run', '--silent', 'loyalty', '--', '--help']).ended;
  expect([code, stdout.startsWith('Usage: loyalty')]).toEqual([0, true]);
});
