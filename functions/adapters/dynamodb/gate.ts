/** The gate port on DynamoDB: keys and programs, read in one batch and kept for a minute. */
import * as z from 'zod/mini';
import { readKey, role } from '../../domain/api-key.ts';
import { instant, type ProgramId, programId } from '../../domain/ids.ts';
import { readProgram } from '../../domain/program.ts';
import type { Clock } from '../../ports/environment.ts';
import type { Admission, Gate, OpenProgram } from '../../ports/gate.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';
import { getItems, type Item } from './read.ts';

/** A pushed program and a revoked key are in force everywhere within this time. */
const freshMs = 60_000;
/** What was not there may come any moment. */
const absentMs = 2_000;
/** More distinct keys than this within a minute are somebody guessing. */
const maxKept = 500;
const readTimeoutMs = 3_000;

export const keyRow = z.object({
  hash: z.string(),
  program: programId,
  role,
  expiresAt: z.optional(instant),
});
export const programRow = z.object({ version: z.int(), file: z.string() });
export const secretsRow = z.object({ emailKey: z.string(), callbackKey: z.string() });

const find = (items: readonly Item[], sk: string): Item | undefined =>
  items.find((item) => item['sk'] === sk);

/** @throws where the stored program is broken: a fault of ours, since only checked programs are pushed. */
const openProgram = (items: readonly Item[]): OpenProgram | undefined => {
  const program = find(items, 'PROGRAM');
  const secrets = find(items, 'SECRETS');
  if (program === undefined || secrets === undefined) return undefined;
  const { version, file } = programRow.parse(program);
  const read = readProgram(JSON.parse(file));
  if (read.kind === 'broken')
    throw new Error(`the stored program is broken at ${read.problems.map(({ path }) => path).join(', ')}`);
  return { program: read.program, version, secrets: secretsRow.parse(secrets) };
};

interface Kept<T> {
  until: number;
  readonly value: Promise<T>;
}

/** Keeps answers for a minute; a failed look is forgotten at once. */
const keeping = <T>(look: (name: string) => Promise<T>) => {
  const kept = new Map<string, Kept<T>>();
  return (name: string): Promise<T> => {
    const known = kept.get(name);
    if (known !== undefined && performance.now() < known.until) return known.value;
    if (kept.size >= maxKept) kept.clear();
    const entry: Kept<T> = { until: performance.now() + freshMs, value: look(name) };
    kept.set(name, entry);
    entry.value.then(
      (found) => {
        if (found === undefined) entry.until = performance.now() + absentMs;
      },
      () => kept.delete(name),
    );
    return entry.value;
  };
};

export const dynamoGate = (table: Table, clock: Clock): Gate => {
  const signal = () => AbortSignal.timeout(readTimeoutMs);
  const programs = keeping(async (id: string): Promise<OpenProgram | undefined> => {
    const program = programId.parse(id);
    return openProgram(await getItems(table, [keys.program(program), keys.secrets(program)], signal()));
  });
  const admissions = keeping(
    async (key: string): Promise<(Admission & { expiresAt: number }) | undefined> => {
      const named = readKey(key);
      if (named === undefined) return undefined;
      const wanted = [keys.apiKey(named.hash), keys.program(named.program), keys.secrets(named.program)];
      const items = await getItems(table, wanted, signal());
      const stored = find(items, 'KEY');
      const row = stored === undefined ? undefined : keyRow.parse(stored);
      const open = openProgram(items);
      if (row === undefined || open === undefined || row.program !== named.program) return undefined;
      return { role: row.role, open, expiresAt: row.expiresAt ?? Number.POSITIVE_INFINITY };
    },
  );
  return {
    byKey: async (key) => {
      if (readKey(key) === undefined) return undefined;
      const found = await admissions(key);
      return found !== undefined && clock.now() < found.expiresAt ? found : undefined;
    },
    byProgram: (id: ProgramId) => programs(id),
  };
};
