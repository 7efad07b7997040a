/** The store that a command works on: its program, where its credentials lie, and whether this machine may be called. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import { openParameters } from '../../functions/adapters/aws/parameters.ts';
import { parameterShopSecrets, storeShopSecrets } from '../../functions/adapters/aws/shop-secrets.ts';
import type { Connection } from '../../functions/adapters/shops/connection.ts';
import { shopCalls } from '../../functions/adapters/shops/http.ts';
import { type ProgramId, type StoreId, storeId } from '../../functions/domain/ids.ts';
import type { Program } from '../../functions/domain/program.ts';
import type { AskedStore, Store } from '../../functions/domain/store.ts';
import { systemClock, systemStopwatch } from '../../functions/wiring.ts';
import { isLoopback } from '../../local/engine.ts';
import { folderShopSecrets, keepShopSecrets, secretsFolder } from '../../local/shop-secrets.ts';
import { atAws, Fault, given, readAs, sameOptions } from '../command-line.ts';
import {
  addressOf,
  atLedger,
  programAt,
  readProgramId,
  sameTable,
  type TableOptions,
  withTable,
} from '../ledger-table.ts';
import { type AccountOptions, prefixOf } from '../manychat/account.ts';

export interface StoreOptions extends TableOptions, AccountOptions {
  readonly program: ProgramId;
  readonly store: StoreId;
  readonly data?: string;
}

const readStore = readAs(storeId, '1 to 40 of a-z, 0-9 and -');

/** The options of every command that works on a store. */
export const withStore = (line: Command): Command =>
  withTable(line)
    .requiredOption('--program <id>', 'the program', readProgramId)
    .requiredOption('--store <id>', 'the store, as the program names it under stores', readStore)
    .option('--data <folder>', 'the folder of the laptop edition (or env LOYALTY_DATA; default: .loyalty)')
    .option(
      '--prefix <path>',
      'where credentials lie in Parameter Store (or env TOKENS_PREFIX; default: /manychat-loyalty-service)',
    );

/** The options that lead to the same store again, for the next command. */
export const sameStore = (options: StoreOptions): string =>
  sameOptions({ program: options.program, store: options.store, data: options.data }) +
  sameTable(options) +
  sameOptions({ prefix: options.prefix });

/** Where credentials lie. */
export interface Vault {
  /** The laptop's own: there a shop may run on this machine too. */
  readonly local: boolean;
  of(): Promise<unknown>;
  /** @returns where they lie now, for the person at the keyboard */
  keep(secrets: object): Promise<string>;
}

const folderVault = (folder: string, { program, store }: StoreOptions): Vault => ({
  local: true,
  of: async () => {
    try {
      return await folderShopSecrets(folder).of(program, store);
    } catch (error) {
      const why = error instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read';
      throw new Fault(`The file of the store’s credentials in ${folder} is of no use: ${why}.`, {
        cause: error,
      });
    }
  },
  keep: (secrets) => keepShopSecrets(folder, program, store, secrets),
});

const parameterVault = (options: StoreOptions): Vault => {
  const { program, store } = options;
  const parameters = openParameters(new DynamoDBClient());
  const prefix = prefixOf(options);
  return {
    local: false,
    of: () => atAws('Parameter Store', () => parameterShopSecrets(parameters, prefix).of(program, store)),
    keep: (secrets) =>
      atAws('Parameter Store', () => storeShopSecrets(parameters, prefix, program, store, secrets)),
  };
};

/** Beside a table at AWS credentials lie in Parameter Store; beside the laptop's engine in its folder. @throws Fault */
const vaultOf = (options: StoreOptions): Vault => {
  const { name, endpoint } = addressOf(options);
  if (name !== undefined && (endpoint === undefined || !isLoopback(endpoint))) return parameterVault(options);
  const folder = secretsFolder(given(process.env['LOYALTY_DATA']) ?? '.loyalty');
  if (folder === undefined)
    throw new Fault('LOYALTY_DATA is memory, which keeps no credentials: set LOYALTY_SECRETS to a folder.');
  return folderVault(folder, options);
};

export interface OpenStore {
  readonly program: Program;
  readonly store: Store;
  readonly vault: Vault;
}

const storeOf = (program: Program, id: StoreId): Store => {
  const found = program.stores.find((store) => store.id === id);
  if (found !== undefined) return found;
  const known = program.stores.map((store) => store.id).join(', ');
  throw new Fault(
    `The program ${program.id} has no store ${id}. Its stores: ${known === '' ? 'none' : known}.`,
  );
};

/** A folder that is named on the command line is meant, whatever the environment says. */
const inFolder = ({ data, table, endpoint }: StoreOptions, line: Command): void => {
  if (data === undefined) return;
  if (table !== undefined) line.error('error: --data is of the laptop edition, --table of a deployment');
  process.env['LOYALTY_DATA'] = data;
  delete process.env['TABLE_NAME'];
  if (endpoint === undefined) delete process.env['DYNAMODB_ENDPOINT'];
};

/** Works on a store of a program that is in force. @throws Fault */
export const atStore = async (
  options: StoreOptions,
  line: Command,
  work: (opened: OpenStore) => Promise<void>,
): Promise<void> => {
  inFolder(options, line);
  await atLedger(options, line, async ({ table }) => {
    const program = await programAt(table, options.program, options);
    await work({ program, store: storeOf(program, options.store), vault: vaultOf(options) });
  });
};

/** What stands behind a store, as the service itself would call it. */
export const connectionTo = (store: AskedStore, secrets: unknown, vault: Vault): Connection => ({
  store,
  secrets,
  call: shopCalls({ loopback: vault.local }),
  stopwatch: systemStopwatch,
  nowMs: () => systemClock.now(),
});

export const kindNames: Readonly<Record<Store['kind'], string>> = {
  pushed: 'pushed',
  shopify: 'Shopify',
  woocommerce: 'WooCommerce',
  site: 'a site of its own',
  vendure: 'Vendure',
};
