/** The shipped files at work: PHP or Node with the file itself, on a port of its own, for as long as a test needs it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { Server } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type SiteLanguage = 'php' | 'node';

const shipped = (name: string): string =>
  fileURLToPath(new URL(`../../../integrations/site/${name}`, import.meta.url));
export const commands: Readonly<Record<SiteLanguage, { readonly command: string; readonly file: string }>> = {
  php: { command: 'php', file: shipped('loyalty.php') },
  node: { command: process.execPath, file: shipped('loyalty.mjs') },
};

export const listening = (server: TcpServer | Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

const freePort = async (): Promise<number> => {
  const server = createTcpServer();
  const port = await listening(server);
  await new Promise((closed) => server.close(closed));
  return port;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Runs a command in a group of its own, which ends when its input does: also where this process dies. */
const endsWithUs = '"$@" & cat > /dev/null; trap "" TERM; kill -TERM 0; wait';

export interface Site {
  readonly port: number;
  end(): Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    child.once('exit', () => done());
  });

/** @returns undefined where somebody else took the port meanwhile */
const startOn = async (
  port: number,
  which: SiteLanguage,
  env: NodeJS.ProcessEnv,
): Promise<Site | undefined> => {
  const { command, file } = commands[which];
  const words = which === 'php' ? [command, '-S', `127.0.0.1:${port}`, file] : [command, file];
  const child = spawn('sh', ['-c', endsWithUs, 'sh', ...words], {
    // Four requests at a time: what two of them do to each other is to be seen.
    env: { ...env, PORT: String(port), PHP_CLI_SERVER_WORKERS: '4' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      // The beginning says why it did not start; later lines are one for each request.
      if (told.length < 4_000) told += chunk.toString();
    });
  const gone = ended(child);
  const end = (): Promise<void> => {
    child.stdin.end();
    return gone;
  };
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (/in use|EADDRINUSE/i.test(told)) {
      await end();
      return undefined;
    }
    if (/started|listening/i.test(told) && (await answers(port))) return { port, end };
    await rest(20);
  }
  await end();
  throw new Error(`the site did not start: ${told}`);
};

/** Runs a shipped file as it is, on a port of its own. */
export const startSite = async (which: SiteLanguage, env: NodeJS.ProcessEnv): Promise<Site> => {
  for (let tries = 0; tries < 5; tries++) {
    const site = await startOn(await freePort(), which, env);
    if (site !== undefined) return site;
  }
  throw new Error('no port was free five times in a row');
};

export const mustRun = async (which: SiteLanguage): Promise<void> => {
  await promisify(execFile)(commands[which].command, ['--version']).catch(() => {
    throw new Error('PHP is missing: install php-cli, such as by "apt-get install php-cli"');
  });
};
