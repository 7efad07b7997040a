/** `npm run loyalty -- ...`: what the owner puts in force from the command line. */
import { type Command, Option } from 'commander';
import { hasProgram, pushProgram, storeKey } from '../functions/adapters/dynamodb/registry.ts';
import { makeKey, role } from '../functions/domain/api-key.ts';
import type { ProgramId } from '../functions/domain/ids.ts';
import { programAdvice } from '../functions/domain/program-advice.ts';
import { systemChance, systemClock } from '../functions/wiring.ts';
import { type CheckedProgram, loadProgram } from '../local/program-files.ts';
import { command, complain, Fault, print, run } from './command-line.ts';
import {
  addressOf,
  atTable,
  notPushed,
  readProgramId,
  type TableOptions,
  withTable,
} from './ledger-table.ts';
import { lengthLines } from './loyalty/cases.ts';

/** The table that the options name. Without one nothing is guessed: a deployed table's name is known to its deploy only. */
const tableOf = (options: TableOptions, line: Command) => {
  const { name, endpoint } = addressOf(options);
  if (name === undefined)
    return line.error(
      'error: no table is named: pass --table with the output TableName of the deploy, or set TABLE_NAME',
    );
  return { name, endpoint, region: options.region };
};

/** DynamoDB's items end at 400 KB, and the version and keys need a little. */
const mostBytes = 390 * 1024;

/** What a program file comes to, before it is in force: what is seldom meant, and how long its short messages are. */
const checked = async (path: string): Promise<CheckedProgram> => {
  const checked = await loadProgram(path);
  const bytes = Buffer.byteLength(JSON.stringify(checked.file));
  if (bytes > mostBytes)
    throw new Fault(
      `${path} is too long: ${Math.ceil(bytes / 1024)} KB of at most ${mostBytes / 1024} KB. Shorten names, texts and addresses, or leave rewards out that are over.`,
    );
  return checked;
};

const tell = ({ program }: CheckedProgram): void => {
  for (const { path, message } of programAdvice(program)) complain(`warning: ${path}: ${message}`);
  for (const told of lengthLines(program, systemClock.now())) print(told);
};

const check = async (path: string): Promise<void> => {
  const program = await checked(path);
  print(`${path} can be put in force: program ${program.file.program}`);
  tell(program);
};

const push = async (path: string, options: TableOptions, line: Command): Promise<void> => {
  const table = tableOf(options, line);
  const program = await checked(path);
  const { file } = program;
  const { version, changed } = await atTable(table, (opened) => pushProgram(opened, file)).catch((error) => {
    if (error?.name !== 'ConditionalCheckFailedException') throw error;
    throw new Fault('Somebody else pushed this program at the same moment. Run the command again.', {
      cause: error,
    });
  });
  print(`program ${file.program}, version ${version}${changed ? '' : ' (unchanged)'}`);
  if (changed) print('It is in force everywhere within a minute.');
  tell(program);
};

const routesOf = { chat: '/v1/balance', store: '/v1/store/coupons/check', admin: '/v1/admin/members/search' };
const bodyOf = { chat: '{"contact_id":"1"}', store: '{"code":"GIFT"}', admin: '{"email":"a@example.com"}' };

interface KeyOptions extends TableOptions {
  readonly program: ProgramId;
  readonly role: string;
}

const createKey = async (options: KeyOptions, line: Command): Promise<void> => {
  const table = tableOf(options, line);
  const of = role.parse(options.role);
  const key = makeKey(options.program, of, systemChance.below);
  await atTable(table, async (opened) => {
    if (!(await hasProgram(opened, options.program))) throw notPushed(options.program, options);
    await storeKey(opened, key, options.program, of, systemClock.now());
  });
  print(key);
  print(`
This key of the program ${options.program} may do what the role ${of} may. It is shown this once: only its hash is kept.
Send it in the header X-Api-Key. To try it, with the key in KEY and the output ApiUrl of the deploy in API_URL:
  curl -s "\${API_URL%/}${routesOf[of]}" -H "X-Api-Key: $KEY" -H "Content-Type: application/json" -d '${bodyOf[of]}'`);
};

const line = command('loyalty', 'Puts programs in force and makes keys.');

const program = line.command('program').description('programs as the owner writes them');
withTable(program.command('push'))
  .description('checks a program file and puts it in force')
  .argument('<file>', 'the program as YAML, such as programs/demo.yaml')
  .action((file: string, options: TableOptions, self: Command) => push(file, options, self));

program
  .command('check')
  .description('checks a program file without putting it in force; needs no table')
  .argument('<file>', 'the program as YAML, such as programs/demo.yaml')
  .addHelpText('after', '\nExample:\n  npm run loyalty -- program check my-shop.yaml')
  .action(check);

const key = line.command('key').description('keys of the API');
withTable(key.command('create'))
  .description('makes a key and prints it, once')
  .addOption(
    new Option('--role <role>', 'what the key may be used for').choices(role.options).makeOptionMandatory(),
  )
  .requiredOption('--program <id>', 'the program that it opens', readProgramId)
  .action((options: KeyOptions, self: Command) => createKey(options, self));

await run(line);
