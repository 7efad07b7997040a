/** Our own programs as child processes, with no more of the environment than they are given. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const node = join(root, 'node_modules/.bin/node');

/** What the programs read is not inherited from whoever runs the tests. */
const own = /^(AWS_|LOYALTY_|MANYCHAT_|DYNAMODB_|TABLE_NAME$|PORT$|NODE_OPTIONS$)/;
const environment = (given: Record<string, string>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name))),
  // Nobody waits for the metadata server of a machine that has none.
  AWS_EC2_METADATA_DISABLED: 'true',
  ...given,
});

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Everything that it wrote so far. */
  readonly said: { stdout: string; stderr: string };
  /** Waits for a line of its output. @throws when it ends before, with what it wrote */
  until(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

const started: Running[] = [];

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended before.
  }
};

/** Ends what a test left running. */
export const endAll = async (): Promise<void> => {
  for (const { child, ended } of started.splice(0)) {
    // The whole group: npm's script outlives npm.
    if (child.pid !== undefined) killGroup(child.pid);
    await ended;
  }
};

export const start = (
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Running => {
  const child = spawn(command, args, {
    cwd: root,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...said }));
  const until: Running['until'] = (pattern, stream = 'stdout') =>
    new Promise((found, failed) => {
      const look = () => {
        const match = pattern.exec(said[stream]);
        if (match !== null) found(match);
      };
      child[stream]?.on('data', look);
      void ended.then(() => failed(new Error(`ended before ${pattern}: ${JSON.stringify(said)}`)));
      look();
    });
  const running = { child, said, until, ended };
  started.push(running);
  return running;
};

/** One of our files, by Node as the npm scripts run it. */
export const startFile = (file: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
  start(node, [file, ...args], env);

/** Runs one of our files to its end. */
export const runFile = (file: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
  startFile(file, args, env).ended;
