/** The credentials of shops on this machine: a file for each store, which nobody else may read. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramId, StoreId } from '../functions/domain/ids.ts';
import type { ShopSecrets } from '../functions/ports/shops.ts';

const fileOf = (folder: string, program: ProgramId, store: StoreId): string =>
  join(folder, `${program}.${store}.json`);

/** Beside the data; in memory there are none unless a folder is named. */
export const secretsFolder = (data: string, named = process.env['LOYALTY_SECRETS']): string | undefined =>
  named || (data === 'memory' ? undefined : join(data, 'secrets'));

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const folderShopSecrets = (folder: string | undefined): ShopSecrets => ({
  of: async (program, store) => {
    if (folder === undefined) return undefined;
    try {
      return JSON.parse(await readFile(fileOf(folder, program, store), 'utf8'));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  },
});

/** @returns the file's name */
export const keepShopSecrets = async (
  folder: string,
  program: ProgramId,
  store: StoreId,
  secrets: object,
): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = fileOf(folder, program, store);
  // A file that was there before would keep its mode, and half of a file is none.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
  return file;
};
