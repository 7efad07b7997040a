/** The program that a replay runs under: a file's, made fit for orders of any age. */

import { readProgram } from '../../functions/domain/program.ts';
import type { ProgramFile } from '../../functions/domain/program-file.ts';
import type { CheckedProgram } from '../../local/program-files.ts';
import { BrokenProgram, loadProgram } from '../../local/program-files.ts';
import { BrokenFile, type OrderRow } from './orders-file.ts';

export const demoPath = new URL('../../programs/demo.yaml', import.meta.url).pathname;

/** Orders of a replay may be from any year that a calendar knows. */
const anyAgeDays = 1_000_000;

/** The currency that most orders of the file are in. */
const usualCurrency = (rows: readonly OrderRow[]): OrderRow['currency'] | undefined => {
  const groups = Map.groupBy(rows, ({ currency }) => currency);
  return [...groups].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
};

/** `5.00` is as much as `5`, and `5` can be read in a currency without decimals too. */
const inAnyCurrency = (amount: string): string => amount.replace(/\.0+$/, '');

/** The demo's amounts are whole, so they can be those of any currency. */
const inCurrency = (file: ProgramFile, currency: ProgramFile['currency']): ProgramFile => ({
  ...file,
  currency,
  earn: file.earn.per === 'amount' ? { ...file.earn, unit: inAnyCurrency(file.earn.unit) } : file.earn,
  rewards: file.rewards.map((reward) =>
    reward.kind === 'amount' ? { ...reward, value: inAnyCurrency(reward.value) } : reward,
  ),
});

/**
 * @param path the owner's program, whose currency stays what it is; without one the demo's, in the currency of the orders
 * @throws BrokenProgram
 */
export const replayProgram = async (
  path: string | undefined,
  rows: readonly OrderRow[],
): Promise<CheckedProgram> => {
  const { file } = await loadProgram(path ?? demoPath);
  const currency = path === undefined ? usualCurrency(rows) : undefined;
  const suited = currency === undefined ? file : inCurrency(file, currency);
  const read = readProgram({ ...suited, claims: { ...suited.claims, max_age_days: anyAgeDays } });
  if (read.kind === 'broken') throw new BrokenProgram(path ?? demoPath, read.problems);
  if (read.program.stores.length === 0)
    throw new BrokenFile(`${path}: expected a program with a store that orders are pushed to`);
  return { program: read.program, file: read.file };
};
