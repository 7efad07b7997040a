/**
 * One live process for each data folder. The lock is the system's own, held through an empty SQLite file: it ends with
 * its process, however that ends, so that a killed one is never in the way.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

export interface FolderLock {
  /**
   * Notes the engine's process: it may outlive a killed server for a moment, and the next start waits for it. And where it
   * answers, for `runningEngine`.
   */
  noteEngine(pid: number, endpoint: string): Promise<void>;
  /** Never fails, and may be called more than once. */
  release(): Promise<void>;
}

/** A process id alone is not enough: the system gives it out again. */
const living = z.object({ pid: z.int().positive(), born: z.string() });
type Living = z.infer<typeof living>;
/** Who has the folder, for messages and for the next start; it decides nothing. */
const ownerFile = z.object({
  server: living,
  engine: living.extend({ endpoint: z.url().optional() }).optional(),
});
type Owner = z.infer<typeof ownerFile>;

const engineEndsWithinMs = 5_000;
const ownerShowsWithinMs = 500;
const sqliteBusy = 5;

/**
 * Makes the folder if it is absent and takes it for this process.
 *
 * @throws if another live process has it or it cannot be written; the message names the folder
 */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  const path = join(folder, 'owner.json');
  const database = await take(folder, path);
  const release = async () => {
    if (!database.isOpen) return;
    await rm(path, { force: true }).catch(() => {});
    database.close();
  };
  try {
    await waitForEngine(folder, (await readOwner(path))?.engine);
    const server = await alive(process.pid);
    await writeOwner(path, { server });
    return {
      noteEngine: async (pid, endpoint) =>
        writeOwner(path, { server, engine: { ...(await alive(pid)), endpoint } }),
      release,
    };
  } catch (error) {
    database.close();
    throw error instanceof InUse ? error : cannotWrite(folder, error);
  }
};

/** Where the engine that has the folder now answers, for whoever only wants to read along; undefined if none is known to run. */
export const runningEngine = async (folder: string): Promise<string | undefined> => {
  const engine = (await readOwner(join(folder, 'owner.json')))?.engine;
  return engine !== undefined && (await lives(engine)) ? engine.endpoint : undefined;
};

const take = async (folder: string, ownerPath: string): Promise<DatabaseSync> => {
  try {
    await makeFolder(folder);
    return openExclusively(join(folder, 'lock'));
  } catch (error) {
    if (fieldOf(error, 'errcode') !== sqliteBusy) throw cannotWrite(folder, error);
    throw new InUse(folder, await shownOwner(ownerPath));
  }
};

/** Nothing is ever written to it: a journal on disk would only be litter after a kill. */
const openExclusively = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/** Not mkdir's own `recursive`: Node never comes back from it where a file system answers ENOENT, as /proc does. */
const makeFolder = async (folder: string): Promise<void> => {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if (fieldOf(error, 'code') !== 'EEXIST') throw error;
  }
};

/** Who has the folder; a process that took it just now may not have said so yet. */
const shownOwner = async (path: string): Promise<number | undefined> => {
  for (const end = performance.now() + ownerShowsWithinMs; performance.now() < end; await sleep(20)) {
    const owner = await readOwner(path);
    if (owner !== undefined && (await lives(owner.server))) return owner.server.pid;
  }
  return undefined;
};

const waitForEngine = async (folder: string, engine: Living | undefined): Promise<void> => {
  if (engine === undefined) return;
  for (const end = performance.now() + engineEndsWithinMs; performance.now() < end; await sleep(20)) {
    if (!(await lives(engine))) return;
  }
  throw new InUse(folder, engine.pid);
};

const readOwner = async (path: string): Promise<Owner | undefined> => {
  try {
    return ownerFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Absent, or cut off by a crash.
    return undefined;
  }
};

const writeOwner = (path: string, owner: Owner) => writeFile(path, JSON.stringify(owner));

const alive = async (pid: number): Promise<Living> => ({ pid, born: (await bornAt(pid)) ?? 'gone' });

const lives = async ({ pid, born }: Living): Promise<boolean> => (await bornAt(pid)) === born;

/** What tells a process from a later one with the same id; undefined if there is none, or only its unreaped rest. */
const bornAt = async (pid: number): Promise<string | undefined> => {
  const boot = await readIfThere('/proc/sys/kernel/random/boot_id');
  if (boot === undefined) return answersSignals(pid) ? 'unknown' : undefined;
  const stat = await readIfThere(`/proc/${pid}/stat`);
  // The second field, the program's name in brackets, may hold blanks and brackets itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields?.[0], fields?.[19]];
  if (state === undefined || ticks === undefined || state === 'Z' || state === 'X') return undefined;
  return `${boot.trim()}/${ticks}`;
};

const answersSignals = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return fieldOf(error, 'code') === 'EPERM';
  }
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
};

const fieldOf = (error: unknown, field: 'code' | 'errcode' | 'message'): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined;

class InUse extends Error {
  constructor(folder: string, pid: number | undefined) {
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    super(`the folder ${folder} is in use by ${holder}; stop it or set LOYALTY_DATA to another folder`);
  }
}

const cannotWrite = (folder: string, cause: unknown) =>
  new Error(
    `the data folder ${folder} cannot be written (${fieldOf(cause, 'message')}); set LOYALTY_DATA to another folder`,
    { cause },
  );
