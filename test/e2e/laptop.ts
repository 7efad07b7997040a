/** The laptop edition as a child process on a data folder of its own. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reply } from '../support/house.ts';
import { type Running, startFile } from './spawned.ts';

export interface Laptop extends Running {
  readonly url: string;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Ends it, and waits until it ended. @returns the exit code */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface Answer {
  readonly status: number;
  readonly json: Reply;
}

export const requestTo = async (
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const key = `local-${path.startsWith('/v1/store') ? 'store' : path.startsWith('/v1/admin') ? 'admin' : 'chat'}-demo`;
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', 'x-api-key': key, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
};

/** An edition that was started by whatever means, once it listens. */
export const listening = async (running: Running): Promise<Laptop> => {
  const [, url = ''] = await running.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/m);
  return {
    ...running,
    url,
    request: (method, path, body, headers) => requestTo(url, method, path, body, headers),
    end: async (signal = 'SIGTERM') => {
      running.child.kill(signal);
      return (await running.ended).code;
    },
  };
};

/** On a free port and without the story unless told otherwise. */
export const startLaptop = (data: string, env: Record<string, string> = {}): Running =>
  startFile('local/main.ts', [], { PORT: '0', LOYALTY_STORY: 'off', LOYALTY_DATA: data, ...env });

export const openLaptop = (data: string, env: Record<string, string> = {}): Promise<Laptop> =>
  listening(startLaptop(data, env));

/** Process id of the engine that runs on a folder. */
export const enginePid = async (data: string): Promise<number> => {
  const owner = JSON.parse(await readFile(join(data, 'owner.json'), 'utf8'));
  return owner.engine.pid;
};

export const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};
