/** `npm run manychat -- ...`: what the owner does with the ManyChat account, and with the queue of the sender. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Command, InvalidArgumentError } from 'commander';
import { openParameters } from '../functions/adapters/aws/parameters.ts';
import { storeToken } from '../functions/adapters/aws/tokens.ts';
import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import type { Table } from '../functions/adapters/dynamodb/client.ts';
import { dynamoLedger } from '../functions/adapters/dynamodb/ledger.ts';
import { everybody } from '../functions/adapters/dynamodb/members.ts';
import {
  type AccountId,
  accountId,
  type ContactId,
  contactId,
  type ProgramId,
} from '../functions/domain/ids.ts';
import type { Scope } from '../functions/ports/ledger.ts';
import { systemChance, systemClock } from '../functions/wiring.ts';
import { atAws, command, complain, counted, print, readAs, run } from './command-line.ts';
import {
  atLedger,
  exitHelp,
  folderHelp,
  programAt,
  readProgramId,
  readUrl,
  sameTable,
  type TableOptions,
  withTable,
} from './ledger-table.ts';
import { type AccountOptions, openAccount, prefixOf, withPrefix } from './manychat/account.ts';
import { byHand } from './manychat/by-hand.ts';
import { redrive } from './manychat/redrive.ts';
import { askForAll, watch } from './manychat/resync.ts';
import { type SetUp, setUp } from './manychat/setup.ts';
import { testSend } from './manychat/test-send.ts';
import { readToken } from './manychat/token.ts';
import { progressOn } from './replay/progress.ts';

interface ProgramOptions extends TableOptions {
  readonly program: ProgramId;
}

/** Long enough for every attempt on a busy table. */
const memberWithinMs = 20_000;
/** A table of many millions of items takes longer; then it is read in the cloud, not from here. */
const scanWithinMs = 60 * 60_000;

const scopeOf = (program: ProgramId) => (): Scope => ({
  program,
  operation: systemChance.operation(),
  signal: AbortSignal.timeout(memberWithinMs),
});

/** What a command over one program works with. */
const portsOf = (table: Table, program: ProgramId) => ({
  agenda: dynamoAgenda(table),
  ledger: dynamoLedger(table, systemChance),
  clock: systemClock,
  scope: scopeOf(program),
});

const list = (title: string, names: readonly string[]): void => {
  if (names.length === 0) return;
  print(`${title}: ${names.join(', ')}`);
};

const tellSetUp = ({ account, fields, tags }: SetUp): void => {
  print(
    `ManyChat account “${account.name}”: the token is right${account.isPro === true ? ', the plan too' : ''}.`,
  );
  list('Custom fields made', fields.made);
  list('Custom fields there before', fields.there);
  list('Tags made', tags.made);
  list('Tags there before', tags.there);
  if (fields.made.length + tags.made.length === 0) print('Everything that a command can make is there.');
};

const setup = (options: ProgramOptions & AccountOptions, self: Command): Promise<void> =>
  atLedger(options, self, async ({ table }) => {
    const program = await programAt(table, options.program, options);
    const done = await setUp(await openAccount(program, options), program);
    tellSetUp(done);
    print('\nWhat remains to be done by hand, unless it is done:');
    for (const [index, step] of byHand(program, sameTable(options)).entries()) print(`${index + 1}. ${step}`);
    print('The whole guide: docs/manychat.md');
    for (const sentence of done.missingFlows) complain(sentence);
    if (done.missingFlows.length > 0) process.exitCode = 1;
  });

interface TestSendOptions extends ProgramOptions, AccountOptions {
  readonly contact: ContactId;
  readonly anyway?: boolean;
}

const send = (options: TestSendOptions, self: Command): Promise<void> =>
  atLedger(options, self, async ({ table }) => {
    const program = await programAt(table, options.program, options);
    const { contact, anyway = false } = options;
    const asked = { program, contact, anyway, now: systemClock.now(), say: print };
    await testSend({ ...portsOf(table, program.id), ...asked }, (of) => openAccount(of, options));
  });

interface ResyncOptions extends ProgramOptions {
  readonly wait: boolean;
  readonly patience: number;
}

const resync = (options: ResyncOptions, self: Command): Promise<void> =>
  atLedger(options, self, async ({ table, served }) => {
    const program = await programAt(table, options.program, options);
    const work = { ...portsOf(table, program.id), program };
    const asked = await askForAll(work, everybody(table, program.id, AbortSignal.timeout(scanWithinMs)));
    print(`asked for the fields of ${counted(asked.members, 'member')}`);
    if (asked.reminders > 0)
      print(
        `${counted(asked.reminders, 'member')} had no reminder to come and ${asked.reminders === 1 ? 'has' : 'have'} one now`,
      );
    if (!served) print('No edition runs on the folder: the fields are written once npm start runs.');
    if (!options.wait || !served) return;
    await watch(work, asked, { progress: progressOn(process.stderr), patienceMs: options.patience * 1000 });
    print('All fields are written.');
  });

interface TokenOptions extends AccountOptions {
  readonly account: AccountId;
  readonly region?: string;
}

/** The SDK reads it there itself. */
const inRegion = (region: string | undefined): void => {
  if (region !== undefined) process.env['AWS_REGION'] = region;
};

const token = async (options: TokenOptions): Promise<void> => {
  inRegion(options.region);
  const secret = await readToken(options.account);
  const parameters = openParameters(new DynamoDBClient());
  const name = await atAws('Parameter Store', () =>
    storeToken(parameters, prefixOf(options), options.account, secret),
  );
  print(`The token is stored under ${name}. The sender uses it within a minute.`);
};

interface RedriveOptions {
  readonly queue: string;
  readonly to?: string;
  readonly sqsEndpoint?: string;
  readonly region?: string;
  readonly atMost: number;
}

const redriveAll = async ({ queue, to, sqsEndpoint, region, atMost }: RedriveOptions): Promise<void> => {
  inRegion(region);
  const { moved, left, more } = await redrive({
    queue,
    atMost,
    ...(to === undefined ? {} : { to }),
    ...(sqsEndpoint === undefined ? {} : { endpoint: sqsEndpoint }),
  });
  print(`moved ${counted(moved, 'dead letter')}`);
  if (left > 0)
    print(`left ${counted(left, 'message')} that ${left === 1 ? 'is no nudge' : 'are no nudges'}`);
  if (more) print('There may be more: run the command again.');
};

const wholeNumber = (text: string): number => {
  const n = Number(text);
  if (Number.isSafeInteger(n) && n > 0) return n;
  throw new InvalidArgumentError('expected a whole number above 0');
};

const readContact = readAs(contactId, 'a contact id: 1 to 64 of A-Z, a-z, 0-9 and ._:-');
const readAccount = readAs(accountId, '1 to 40 of a-z, 0-9 and -');

const environmentHelp =
  'With MANYCHAT_TOKEN in the environment that token is used, and with MANYCHAT_API_BASE another address than ManyChat’s,' +
  '\nsuch as that of the laptop edition’s double, which npm start prints.';
const examples = (...lines: string[]): string =>
  `\n\nExamples:\n${lines.map((example) => `  npm run manychat -- ${example}`).join('\n')}`;

const line = command('manychat', 'Sets ManyChat up for a program, tries it out and repairs it.').addHelpText(
  'after',
  examples('setup --program demo --table <TableName>', 'test-send --program demo --contact 123456'),
);

const ofProgram = (name: string): Command =>
  withTable(line.command(name)).requiredOption('--program <id>', 'the program', readProgramId);

withPrefix(ofProgram('setup'))
  .description('makes the custom fields and tags that a program needs, and checks token, plan and flows')
  .addHelpText(
    'after',
    `\nWhat is there stays; a second run finds everything there.\n${folderHelp}\n${environmentHelp}\n${exitHelp}` +
      examples('setup --program demo --table <TableName>'),
  )
  .action(setup);

withPrefix(ofProgram('test-send'))
  .description('sends one reminder to one contact, such as yourself')
  .requiredOption('--contact <id>', 'the contact’s id in ManyChat', readContact)
  .option('--anyway', 'also to a contact who stopped messages')
  .addHelpText(
    'after',
    `\nThe reminder that a member has to come stays as it is.\n${folderHelp}\n${environmentHelp}\n${exitHelp}` +
      examples('test-send --program demo --contact 123456 --table <TableName>'),
  )
  .action(send);

ofProgram('resync')
  .description('has the fields of every member written anew, and gives a reminder to who has none to come')
  .option('--no-wait', 'ask only, and do not watch the sender')
  .option('--patience <seconds>', 'give up watching when nothing moves for so long', wholeNumber, 180)
  .addHelpText(
    'after',
    `\nThe deployed sender, or the laptop edition that runs, writes them at ManyChat’s pace. It may be run again at any time.\n${folderHelp}\n${exitHelp}` +
      examples(
        'resync --program demo --table <TableName>',
        'resync --program demo --no-wait --table <TableName>',
      ),
  )
  .action(resync);

withPrefix(line.command('token'))
  .description('stores the token of a ManyChat account, encrypted in Parameter Store')
  .requiredOption('--account <name>', 'the account, as programs name it in manychat.account', readAccount)
  .option('--region <region>', 'the AWS region (or env AWS_REGION)')
  .addHelpText(
    'after',
    `\nThe token is read from a pipe or typed at a prompt that does not show it; never from the command line.\n${exitHelp}` +
      examples('token --account demo', 'token --account demo < token.txt'),
  )
  .action(token);

line
  .command('redrive')
  .description('moves dead letters back to the queue of nudges, after their cause was mended')
  .requiredOption('--queue <url>', 'the queue of dead letters', readUrl)
  .option('--to <url>', 'the queue of nudges; found out without it', readUrl)
  .option('--at-most <n>', 'so many in one go', wholeNumber, 1000)
  .option('--sqs-endpoint <url>', 'another SQS than that of AWS', readUrl)
  .option('--region <region>', 'the AWS region (or env AWS_REGION)')
  .addHelpText('after', `\n${exitHelp}${examples('redrive --queue <DeadLettersUrl>')}`)
  .action(redriveAll);

await run(line);
