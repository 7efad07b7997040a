/** The laptop edition as a process of its own, as `npm start` runs it, and what it takes of the machine's memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { readOrders } from '../cli/replay/orders-file.ts';
import { replayProgram } from '../cli/replay/program.ts';
import { replay, type Totals } from '../cli/replay/replaying.ts';
import { cdnowShaped } from './cdnow-shape.ts';

/** Resident memory in bytes, now and at its highest. */
export interface Resident {
  readonly now: number;
  readonly peak: number;
}

export interface ServerProcess {
  readonly url: string;
  readonly server: () => Resident;
  /** The database engine below it. */
  readonly engine: () => Resident;
  stop(): Promise<void>;
}

const startWithinMs = 20_000;

const kib = (status: string, name: string): number => {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (found === undefined) throw new Error(`/proc tells no ${name}`);
  return Number(found) * 1024;
};

const residentOf = (pid: number): Resident => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { now: kib(status, 'VmRSS'), peak: kib(status, 'VmHWM') };
};

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);

/** The engine is the largest of everything that the server started: a shell guards it. */
const engineBelow = (pid: number): Resident => {
  const below = childrenOf(pid).flatMap((guard) => [guard, ...childrenOf(guard)]);
  const [largest] = below.map(residentOf).sort((a, b) => b.now - a.now);
  if (largest === undefined) throw new Error('the server has no engine below it');
  return largest;
};

const root = join(import.meta.dirname, '..');
const packageFile = z.object({ scripts: z.object({ start: z.string() }) });

/** What `npm start` runs, in place of the shell that reads it: the process that is looked at is node's own. */
const startCommand = async (): Promise<string> => {
  const { scripts } = packageFile.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return `exec ${scripts.start.replace(/^exec /, '')}`;
};

/** @param program path of the program file */
const startServer = async (program: string): Promise<ServerProcess> => {
  const child = spawn('/bin/sh', ['-c', await startCommand()], {
    cwd: root,
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      PORT: '0',
      LOYALTY_DATA: 'memory',
      LOYALTY_STORY: 'off',
      LOYALTY_PROGRAM: program,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const lines = createInterface({ input: child.stdout });
  const listening = async (): Promise<string | undefined> => {
    for await (const line of lines) {
      const [, url] = /^listening on (\S+)$/.exec(line) ?? [];
      if (url !== undefined) return url;
    }
    return undefined;
  };
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs);
  const url = await listening();
  clearTimeout(timer);
  // Nobody reads on: what it prints later may not fill the pipe.
  child.stdout.resume();
  const { pid } = child;
  if (url === undefined || pid === undefined) {
    await exited;
    throw new Error('the laptop edition did not start');
  }
  return { url, server: () => residentOf(pid), engine: () => engineBelow(pid), stop };
};

export interface ReplayOnServer {
  /** A CSV file, or a share of orders that are made up in the shape of the CDNOW sample. */
  readonly orders: string | number;
  readonly concurrency: number;
}

/** Replays orders against a server process of its own, and looks at it before it is stopped. */
export const replayOnServer = async <T>(
  { orders, concurrency }: ReplayOnServer,
  look: (server: ServerProcess, totals: Totals) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'loyalty-bench-'));
  try {
    const csv = typeof orders === 'string' ? orders : join(folder, 'orders.csv');
    if (typeof orders === 'number') await writeFile(csv, cdnowShaped(orders));
    const rows = await readOrders(csv);
    const { program, file } = await replayProgram(undefined, rows);
    // JSON is YAML.
    const path = join(folder, 'program.yaml');
    await writeFile(path, JSON.stringify(file));
    const server = await startServer(path);
    try {
      const totals = await replay({ url: server.url, program, rows, concurrency });
      const [finding] = totals.unexplained;
      if (finding !== undefined) throw new Error(`the replay went wrong: ${finding}`);
      return await look(server, totals);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
};
