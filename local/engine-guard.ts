/**
 * Runs the engine so that it cannot outlive us: a process killed with SIGKILL has no last words, but its pipes close.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const stopWithinMs = 5_000;
const logKept = 4_096;

/**
 * Runs the engine and waits for it; when our end of stdin closes, for whatever reason, the engine is ended.
 * Background jobs of `sh` read /dev/null, so stdin is kept as 3. The exit code is the engine's.
 */
const guardScript = `
exec 3<&0
"$@" </dev/null 3<&- >&2 &
engine=$!
echo "$engine"
(
  while read -r ignored <&3; do :; done
  kill "$engine"
  for tenth in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 0.1
    kill -0 "$engine" || exit
  done
  kill -9 "$engine"
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$engine"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

export interface Guard {
  /** The engine's process id; undefined if it never started. */
  readonly pid: Promise<number | undefined>;
  /** Settles when guard and engine are gone, with the engine's exit code (128 + signal), or null if the guard was killed. */
  readonly exited: Promise<number | null>;
  /** Whether the guard is gone. */
  ended(): boolean;
  /** The end of what the engine wrote. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts a command under the guard; what goes wrong shows in `exited` and `log`. */
export const runGuarded = (command: readonly string[]): Guard => {
  // Its own session: Ctrl-C reaches us only, and we finish our requests before the engine goes.
  const child = spawn('/bin/sh', ['-c', guardScript, 'engine-guard', ...command], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-logKept);
  });
  const exit = Promise.withResolvers<number | null>();
  const closed = once(child, 'close').catch(() => {});
  child.on('exit', (code) => exit.resolve(code));
  child.on('error', (error) => {
    log += `/bin/sh cannot be run: ${error.message}`;
    exit.resolve(null);
  });
  let ended = false;
  const exited = exit.promise.then(async (code) => {
    ended = true;
    // If only the guard was killed, its watcher still waits for this to end the engine.
    child.stdin.destroy();
    // The engine holds the log open: closed means that it is gone, and that its last words have arrived.
    await within(closed, stopWithinMs);
    return code;
  });
  const pid = new Promise<number | undefined>((found) => {
    child.stdout.setEncoding('utf8').once('data', (line: string) => found(Number.parseInt(line, 10)));
    void exited.then(() => found(undefined));
  });
  const stop = async () => {
    child.stdin.destroy();
    if (await within(exited, stopWithinMs)) return;
    // The watcher is gone or stopped: end both ourselves, by their own ids.
    kill(await pid);
    child.kill('SIGKILL');
    await within(exited, stopWithinMs);
  };
  return { pid, exited, ended: () => ended, log: () => log, stop };
};

const kill = (pid: number | undefined) => {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
};

const within = async (end: Promise<unknown>, ms: number): Promise<boolean> => {
  const timer = new AbortController();
  try {
    return await Promise.race([end.then(() => true), sleep(ms, false, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
};
