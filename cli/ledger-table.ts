/** The table that a command works on: asked for once before anything else, so that what is missing is said in a sentence. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { type Command, InvalidArgumentError } from 'commander';
import { openTable, type Table } from '../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../functions/adapters/dynamodb/gate.ts';
import { table as specification } from '../functions/adapters/dynamodb/table.ts';
import { type ProgramId, programId } from '../functions/domain/ids.ts';
import type { Program } from '../functions/domain/program.ts';
import { systemClock } from '../functions/wiring.ts';
import { tableName } from '../local/edition.ts';
import { launchEngine } from '../local/engine.ts';
import { runningEngine } from '../local/folder-lock.ts';
import { awsSentence, Fault, given, isHttp, readAs, sameOptions } from './command-line.ts';

export interface TableOptions {
  readonly table?: string;
  readonly endpoint?: string;
  readonly region?: string;
}

const expectedUrl = 'expected an http or https URL, such as http://127.0.0.1:8000';

export const readUrl = (text: string): string => {
  if (!isHttp(text)) throw new InvalidArgumentError(expectedUrl);
  return text;
};

export const readProgramId = readAs(programId, '2 to 32 of a-z, 0-9 and -');

/** The options that lead to the same table again. */
export const sameTable = ({ table, endpoint, region }: TableOptions): string =>
  sameOptions({ table, endpoint, region });

export const notPushed = (program: ProgramId, options: TableOptions): Fault =>
  new Fault(
    `The program ${program} is not in this table yet. Put it in force first: npm run loyalty -- program push FILE${sameTable(options)}`,
  );

/** A program as it is in force. @throws Fault where it was not pushed */
export const programAt = async (table: Table, id: ProgramId, options: TableOptions): Promise<Program> => {
  const open = await dynamoGate(table, systemClock).byProgram(id);
  if (open === undefined) throw notPushed(id, options);
  return open.program;
};

/** The options of every command that works on a table. */
export const withTable = (line: Command): Command =>
  line
    .option('--table <name>', "the ledger's table, the output TableName of the deploy (or env TABLE_NAME)")
    .option('--endpoint <url>', 'another DynamoDB than that of AWS (or env DYNAMODB_ENDPOINT)', readUrl)
    .option('--region <region>', 'the AWS region (or env AWS_REGION)');

/** Where a table is: `name` may be left out beside an endpoint, since the laptop edition's is always called the same. */
export const addressOf = (
  options: TableOptions,
): { name: string | undefined; endpoint: string | undefined } => {
  const endpoint = given(options.endpoint, process.env['DYNAMODB_ENDPOINT']);
  const name = given(options.table, process.env['TABLE_NAME']) ?? (endpoint && tableName);
  return { name, endpoint };
};

const answersWithinMs = 5_000;

const sentenceOf = (error: unknown, name: string, place: string): string | undefined => {
  const kind = error instanceof Error ? error.name : '';
  if (kind === 'ResourceNotFoundException')
    return `There is no table ${name} at ${place}. Its name is the output TableName of the deploy; check the region too.`;
  if (kind === 'AccessDeniedException')
    return `The credentials may not do this with the table ${name} at ${place}: AWS denied it.`;
  if (kind === 'DeadlinePassed') return `The table ${name} at ${place} did not answer in time. Try again.`;
  const sentence = awsSentence(error, place);
  return kind === 'CredentialsProviderError'
    ? `${sentence} For the engine of the laptop edition pass --endpoint.`
    : sentence;
};

const check = async ({ client, name }: Table, place: string): Promise<void> => {
  const wanted = new DescribeTableCommand({ TableName: name });
  const { Table: found } = await client.send(wanted, { abortSignal: AbortSignal.timeout(answersWithinMs) });
  const keys = (found?.KeySchema ?? []).map(({ AttributeName }) => AttributeName).join(', ');
  if (keys !== `${specification.partitionKey}, ${specification.sortKey}`)
    throw new Fault(`The table ${name} at ${place} is no ledger: its keys are others.`);
};

/** Opens a table that is known to be there, works on it and lets it go. @throws Fault */
export const atTable = async <T>(
  { name, endpoint, region }: { name: string; endpoint: string | undefined; region?: string | undefined },
  work: (table: Table) => Promise<T>,
): Promise<T> => {
  if (endpoint !== undefined && !isHttp(endpoint)) throw new Fault(`DYNAMODB_ENDPOINT: ${expectedUrl}`);
  // The SDK reads it there itself.
  if (region !== undefined) process.env['AWS_REGION'] = region;
  const place = endpoint ?? `AWS${region === undefined ? '' : ` (${region})`}`;
  const table = openTable(name, endpoint);
  try {
    await check(table, place);
    return await work(table);
  } catch (error) {
    const sentence = sentenceOf(error, name, place);
    throw sentence === undefined ? error : new Fault(sentence, { cause: error });
  } finally {
    table.client.destroy();
  }
};

/** What the engines of the laptop edition keep their data in. */
const databases = ['ledger.db', 'shared-local-instance.db'];

/** A ledger that a command works on. */
export interface OpenLedger {
  readonly table: Table;
  /** For messages. */
  readonly place: string;
  /** False where the laptop edition's folder is read while no edition runs on it: then nothing is sent. */
  readonly served: boolean;
}

/** Works along with an edition that runs on the folder, else starts an engine of its own for as long as it takes. */
const inFolder = async <T>(folder: string, work: (ledger: OpenLedger) => Promise<T>): Promise<T> => {
  const place = `the folder ${folder}`;
  const running = await runningEngine(folder);
  if (running !== undefined)
    return atTable({ name: tableName, endpoint: running }, (table) => work({ table, place, served: true }));
  const engine = await launchEngine({ data: folder }).catch((error: Error) => {
    const hint = / is in use by /.test(error.message)
      ? '\nAn edition that runs answers GET /_local/audit itself.'
      : '';
    throw new Fault(`${error.message}${hint}`, { cause: error });
  });
  try {
    return await atTable({ name: tableName, endpoint: engine.endpoint }, (table) =>
      work({ table, place, served: false }),
    );
  } finally {
    await engine.stop();
  }
};

/** Works on the table that the options name, else on the data of the laptop edition. @throws Fault */
export const atLedger = async <T>(
  options: TableOptions,
  line: Command,
  work: (ledger: OpenLedger) => Promise<T>,
): Promise<T> => {
  const { name, endpoint } = addressOf(options);
  if (name !== undefined)
    return atTable({ name, endpoint, region: options.region }, (table) =>
      work({ table, place: `the table ${name}`, served: true }),
    );
  const folder = given(process.env['LOYALTY_DATA']) ?? '.loyalty';
  if (folder === 'memory')
    return line.error(
      'error: LOYALTY_DATA is memory, which only the edition itself sees: pass --endpoint with the address of its engine, or ask it for GET /_local/audit or POST /_local/run/remind',
    );
  if (!databases.some((file) => existsSync(join(folder, file))))
    return line.error(
      `error: there is no data in the folder ${folder}: run npm start first, set LOYALTY_DATA to another folder, or pass --table`,
    );
  return inFolder(folder, work);
};

export const folderHelp =
  'Without --table and --endpoint it works on the data of the laptop edition (LOYALTY_DATA, else .loyalty).';
export const exitHelp = 'Exit code: 0 done, 1 something is in the way, 2 a mistake on the command line.';
