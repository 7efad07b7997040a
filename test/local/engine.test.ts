import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTable } from '../../local/create-table.ts';
import { type Engine, isLoopback, launchEngine } from '../../local/engine.ts';

let folder: string;
const engines: Engine[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  delete process.env['DYNAMODB_ENDPOINT'];
  folder = await mkdtemp(join(tmpdir(), 'loyalty-engine-'));
});

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  delete process.env['DYNAMODB_ENDPOINT'];
  await rm(folder, { recursive: true, force: true });
});

const launch = async (data: string): Promise<Engine> => {
  const engine = await launchEngine({ data });
  engines.push(engine);
  return engine;
};

const clientOf = ({ endpoint }: { endpoint: string }) =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

const put = (engine: Engine, sk: string) =>
  clientOf(engine).send(
    new PutItemCommand({
      TableName: 'loyalty',
      Item: { pk: { S: 'P' }, sk: { S: sk }, name: { S: '포인트' } },
    }),
  );

const nameOf = async (engine: Engine, sk: string) => {
  const key = { pk: { S: 'P' }, sk: { S: sk } };
  const { Item } = await clientOf(engine).send(new GetItemCommand({ TableName: 'loyalty', Key: key }));
  return Item?.['name']?.S;
};

/** A process that nobody has reaped yet is gone all the same. */
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
};

const goneWithin = async (pid: number, ms: number): Promise<boolean> => {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(10)) {
    if (isGone(pid)) return true;
  }
  return isGone(pid);
};

const engineModule = new URL('../../local/engine.ts', import.meta.url).href;

/** Another program that launches an engine on the folder and lives until it is killed. */
const launchElsewhere = async (): Promise<{ server: ChildProcess; serverPid: number; enginePid: number }> => {
  const script = `
    const { launchEngine } = await import(${JSON.stringify(engineModule)});
    const engine = await launchEngine({ data: ${JSON.stringify(folder)} });
    process.stdout.write(String(engine.pid));
    setInterval(() => {}, 1000);
  `;
  const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(server);
  const [line] = await once(server.stdout, 'data');
  return { server, serverPid: pidOf(server.pid), enginePid: pidOf(Number.parseInt(String(line), 10)) };
};

const pidOf = (pid: number | undefined): number => {
  if (pid === undefined || Number.isNaN(pid)) throw new Error('no process');
  return pid;
};

const kill = async (child: ChildProcess) => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe('the engine', () => {
  test('answers on 127.0.0.1 only, with a table that has its indexes and expires items', async () => {
    const engine = await launch('memory');
    expect(engine.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(engine.external).toBe(false);
    const client = clientOf(engine);
    await createTable(client, 'loyalty');
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'loyalty' }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['due', 'coupons']);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: 'loyalty' }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('ttl');
  });

  test('leaves a table that exists as it is', async () => {
    const engine = await launch('memory');
    await createTable(clientOf(engine), 'loyalty');
    await put(engine, 'A');
    await createTable(clientOf(engine), 'loyalty');
    expect(await nameOf(engine, 'A')).toBe('포인트');
  });

  test('keeps the data of a folder over a restart, and makes the folder', async () => {
    const data = join(folder, 'made', 'here');
    const first = await launch(data);
    await createTable(clientOf(first), 'loyalty');
    await put(first, 'A');
    await first.stop();
    expect(await nameOf(await launch(data), 'A')).toBe('포인트');
  });

  test('keeps what was written before it was killed', async () => {
    const first = await launch(folder);
    await createTable(clientOf(first), 'loyalty');
    await put(first, 'A');
    process.kill(pidOf(first.pid), 'SIGKILL');
    await first.died;
    expect(await nameOf(await launch(folder), 'A')).toBe('포인트');
  });

  test('leaves no process and no lock behind when it is stopped, however often', async () => {
    const engine = await launch(folder);
    await Promise.all([engine.stop(), engine.stop()]);
    expect(isGone(pidOf(engine.pid))).toBe(true);
    expect(await readdir(folder)).toEqual(['ledger.db', 'lock']);
    expect(await Promise.race([engine.died, sleep(50, 'silent')])).toBe('silent');
  });

  test('is noticed at once when it dies', async () => {
    const engine = await launch(folder);
    process.kill(pidOf(engine.pid), 'SIGKILL');
    const death = await Promise.race([engine.died, sleep(2_000, 'unnoticed', { ref: false })]);
    expect(death).toEqual({ code: 128 + 9, log: expect.stringContaining('listening') });
    await launch(folder);
  });

  test('ends when the process that launched it is killed with SIGKILL', async () => {
    const { server, enginePid } = await launchElsewhere();
    expect(isGone(enginePid)).toBe(false);
    await kill(server);
    expect(await goneWithin(enginePid, 3_000)).toBe(true);
  });

  test('ends when only its guard is killed', async () => {
    const { enginePid } = await launchElsewhere();
    const guardPid = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${enginePid}/stat`, 'utf8'))?.[1]);
    process.kill(guardPid, 'SIGKILL');
    expect(await goneWithin(enginePid, 3_000)).toBe(true);
  });
});

describe('a data folder', () => {
  test('is refused while another live process has it, and taken once that is gone', async () => {
    const { server, serverPid } = await launchElsewhere();
    await expect(launchEngine({ data: folder })).rejects.toThrow(
      `the folder ${folder} is in use by process ${serverPid}; stop it or set LOYALTY_DATA to another folder`,
    );
    await kill(server);
    await launch(folder);
  });

  test('is refused to a second start in the same process', async () => {
    await launch(folder);
    await expect(launchEngine({ data: folder })).rejects.toThrow(`in use by process ${process.pid}`);
  });

  test('is taken by one of many starts at the same time', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 5 }, () => launch(folder)));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is not barred by what a killed process left, even if its process id was given out again', async () => {
    const left = { pid: process.pid, born: 'an earlier life' };
    await writeFile(join(folder, 'lock'), '');
    await writeFile(join(folder, 'owner.json'), JSON.stringify({ server: left, engine: left }));
    await launch(folder);
    expect(await readFile(join(folder, 'owner.json'), 'utf8')).not.toContain('an earlier life');
  });

  test('is not barred by a note that a crash cut off', async () => {
    await writeFile(join(folder, 'owner.json'), '{"server":{"pi');
    await launch(folder);
  });

  test('waits for the engine of a killed process before it starts its own', async () => {
    const { server, enginePid } = await launchElsewhere();
    process.kill(enginePid, 'SIGSTOP');
    await kill(server);
    await launch(folder);
    expect(isGone(enginePid)).toBe(true);
  });

  test.each(['file', 'file/below', '/proc/loyalty'])(
    'is named when it cannot be written: %s',
    async (path) => {
      await writeFile(join(folder, 'file'), '');
      const data = path.startsWith('/') ? path : join(folder, path);
      await expect(launchEngine({ data })).rejects.toThrow(`the data folder ${data} cannot be written`);
    },
  );

  test('that holds no database of ours is reported in the engine’s words and left unlocked', async () => {
    await writeFile(join(folder, 'ledger.db'), 'this is a diary, not a database'.repeat(20));
    await expect(launchEngine({ data: folder })).rejects.toThrow(
      /dynoxide, data in \S+\) did not start: .*not a valid SQLite/,
    );
    await rm(join(folder, 'ledger.db'));
    await launch(folder);
  });
});

describe('the choice of the engine', () => {
  test('is DYNAMODB_ENDPOINT when it is set, and then nothing is started or stopped', async () => {
    const other = createServer((_, response) => response.end('engine'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    process.env['DYNAMODB_ENDPOINT'] = `http://127.0.0.1:${port}`;
    const engine = await launch(folder);
    expect(engine).toMatchObject({ endpoint: `http://127.0.0.1:${port}`, external: true, pid: undefined });
    await engine.stop();
    expect(await (await fetch(engine.endpoint)).text()).toBe('engine');
    expect(await readdir(folder)).toEqual([]);
    other.close();
    other.closeAllConnections();
  });

  test('refuses a DYNAMODB_ENDPOINT that is no URL', async () => {
    process.env['DYNAMODB_ENDPOINT'] = '127.0.0.1:8000';
    await expect(launchEngine({ data: 'memory' })).rejects.toThrow('DYNAMODB_ENDPOINT must be');
  });

  test('says what to install when there is none', async () => {
    const resolve = () => {
      throw new Error('not installed');
    };
    await expect(launchEngine({ data: folder, resolve })).rejects.toThrow(/npm ci.*DYNAMODB_ENDPOINT/);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['http://127.0.0.1:8000', true],
    ['http://127.8.9.10', true],
    ['http://localhost:8000', true],
    ['http://[::1]:8000', true],
    ['https://dynamodb.us-east-1.amazonaws.com', false],
    ['http://127.0.0.1.example.com', false],
    ['http://localhost.example.com', false],
    ['http://127.0.0.1@example.com', false],
    ['http://0.0.0.0:8000', false],
    ['http://10.0.0.1:8000', false],
    ['127.0.0.1:8000', false],
    ['', false],
  ])('knows whether %s is this machine: %s', (endpoint, loopback) => {
    expect(isLoopback(endpoint)).toBe(loopback);
  });
});
