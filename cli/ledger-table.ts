/** The table that a command works on: asked for once before anything else, so that what is missing is said in a sentence. */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { type Command, InvalidArgumentError } from 'commander';
import { openTable, type Table } from '../functions/adapters/dynamodb/client.ts';
import { table as specification } from '../functions/adapters/dynamodb/table.ts';
import { tableName } from '../local/edition.ts';
import { Fault, given } from './command-line.ts';

export interface TableOptions {
  readonly table?: string;
  readonly endpoint?: string;
  readonly region?: string;
}

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
const expectedUrl = 'expected an http or https URL, such as http://127.0.0.1:8000';

const readEndpoint = (text: string): string => {
  if (!isHttp(text)) throw new InvalidArgumentError(expectedUrl);
  return text;
};

/** The options of every command that works on a table. */
export const withTable = (line: Command): Command =>
  line
    .option('--table <name>', "the ledger's table, the output TableName of the deploy (or env TABLE_NAME)")
    .option('--endpoint <url>', 'another DynamoDB than that of AWS (or env DYNAMODB_ENDPOINT)', readEndpoint)
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

/** Errors of the SDK as sentences, by name: nothing of the credentials is ever in them. */
const sentenceOf = (error: Error, name: string, place: string): string | undefined => {
  const code = 'code' in error ? String(error.code) : error.name;
  if (error.name === 'ResourceNotFoundException')
    return `There is no table ${name} at ${place}. Its name is the output TableName of the deploy; check the region too.`;
  if (error.message === 'Region is missing') return 'No AWS region is set. Pass --region or set AWS_REGION.';
  if (error.name === 'CredentialsProviderError')
    return 'No AWS credentials were found. Log in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. For the engine of the laptop edition pass --endpoint.';
  if (/ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientToken|MissingAuth/.test(error.name))
    return `AWS does not accept the credentials (${error.name}). Log in again or set others.`;
  if (error.name === 'AccessDeniedException')
    return `The credentials may not do this with the table ${name} at ${place}: AWS denied it.`;
  if (/^(E[A-Z]+|UND_\w+)$|TimeoutError|AbortError/.test(code))
    return `Nothing answers at ${place} (${code}).`;
  return undefined;
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
    const sentence = error instanceof Error ? sentenceOf(error, name, place) : undefined;
    throw sentence === undefined ? error : new Fault(sentence, { cause: error });
  } finally {
    table.client.destroy();
  }
};
