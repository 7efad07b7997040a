/** `npm run shop -- ...`: what the owner does about a shop: tries it, stores its credentials, has its webhooks made. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { openShops } from '../functions/adapters/shops/open.ts';
import { type AskedStore, isAsked } from '../functions/domain/store.ts';
import type { CheckLine } from '../functions/ports/shops.ts';
import { systemChance, systemClock } from '../functions/wiring.ts';
import { paint } from '../local/paint.ts';
import { command, complain, counted, Fault, print, run } from './command-line.ts';
import { exitHelp, folderHelp, readUrl } from './ledger-table.ts';
import { adviceOn } from './shop/advice.ts';
import { checkShop, ofPushed } from './shop/checking.ts';
import { type Credentials, leftOut, problemsOf, withLeftOut, withPrevious } from './shop/forms.ts';
import { type Hooking, hookAddress, stepsByHand, topics } from './shop/hooks.ts';
import { asCredentials, expectedKeys, readCredentials } from './shop/reading.ts';
import { hookShopify } from './shop/shopify-hooks.ts';
import {
  atStore,
  connectionTo,
  kindNames,
  type OpenStore,
  type StoreOptions,
  sameStore,
  type Vault,
  withStore,
} from './shop/store.ts';
import { hookWoo } from './shop/woo-hooks.ts';

const guide = 'The guide: docs/shops.md';

const tell = ({ what, ok, detail }: CheckLine): void =>
  print(`  ${ok ? paint.green('✓') : paint.red('✗')} ${what}: ${detail}`);

/** @throws Fault where nobody can be asked */
const asked = ({ program, store }: OpenStore): AskedStore => {
  if (isAsked(store)) return store;
  throw new Fault(ofPushed(program, store.id).join('\n'));
};

const secretCommand = (options: StoreOptions): string => `npm run shop -- secret${sameStore(options)}`;

/** @throws Fault where there are none, or none of the right form */
const credentialsIn = async (
  vault: Vault,
  store: AskedStore,
  options: StoreOptions,
): Promise<Credentials> => {
  const held = await vault.of();
  const mend = `Store them: ${secretCommand(options)}`;
  if (held === undefined) throw new Fault(`There are no credentials for the store ${store.id}. ${mend}`);
  const read = asCredentials.safeParse(held);
  const problems = read.success ? problemsOf(store.kind, read.data) : ['expected texts by name'];
  if (!read.success || problems.length > 0)
    throw new Fault(
      [
        `The credentials of the store ${store.id} are not what ${kindNames[store.kind]} needs, ${expectedKeys(store.kind)}:`,
        ...problems.map((problem) => `  ${problem}`),
        mend,
      ].join('\n'),
    );
  return read.data;
};

interface CheckOptions extends StoreOptions {
  readonly everyReward?: boolean;
}

const check = (options: CheckOptions, self: Command): Promise<void> =>
  atStore(options, self, async (opened) => {
    const { program, store, vault } = opened;
    if (!isAsked(store)) return ofPushed(program, store.id).forEach(print);
    const secrets = await credentialsIn(vault, store, options);
    const { stopwatch, call, nowMs } = connectionTo(store, secrets, vault);
    const open = openShops({ secrets: { of: async () => secrets }, call, stopwatch, nowMs });
    print(`Store ${store.id} of the program ${program.id}: ${kindNames[store.kind]}, ${store.url}\n`);
    const { tried, wrong } = await checkShop({
      program,
      store,
      shop: await open(program.id, store),
      clock: systemClock,
      chance: systemChance,
      everyReward: options.everyReward ?? false,
      say: tell,
    });
    if (!store.makesCoupons)
      print('  The program has its coupons made elsewhere (coupons: false): none was tried.');
    if (wrong === 0) return print(`\nAll ${counted(tried, 'step')} are right.`);
    complain(`\n${wrong} of ${counted(tried, 'step')} ${wrong === 1 ? 'is' : 'are'} not right. ${guide}`);
    process.exitCode = 1;
  });

interface SecretOptions extends StoreOptions {
  readonly rotate?: boolean;
}

/** What was there before. A file that is of no use is simply replaced, and so mended. */
const beforeIn = async (vault: Vault): Promise<Credentials> => {
  try {
    return asCredentials.safeParse(await vault.of()).data ?? {};
  } catch (error) {
    // What AWS does not let us see may be of use: it is not written over.
    if (!vault.local) throw error;
    return {};
  }
};

const secret = (options: SecretOptions, self: Command): Promise<void> =>
  atStore(options, self, async (opened) => {
    const store = asked(opened);
    const given = await readCredentials(store.kind);
    const problems = problemsOf(store.kind, given);
    if (problems.length > 0)
      throw new Fault(
        [
          `These are not the credentials of ${kindNames[store.kind]}, ${expectedKeys(store.kind)}:`,
          ...problems,
        ]
          .join('\n  ')
          .concat('\nNothing was stored.'),
      );
    // Where nothing of it is wanted it is not read: who may only store credentials can do so.
    const rotating = options.rotate === true;
    const before = rotating || leftOut(store.kind, given).length > 0 ? await beforeIn(opened.vault) : {};
    const whole = withLeftOut(store.kind, given, before);
    const kept = rotating ? withPrevious(store.kind, whole, before) : whole;
    const where = await opened.vault.keep(kept);
    print(
      opened.vault.local
        ? `The credentials lie in ${where}, which only you can read.`
        : `The credentials lie under ${where}, encrypted. The service uses them within a minute.`,
    );
    const stayed = Object.keys(whole).filter((key) => given[key] === undefined);
    if (stayed.length > 0) print(`As it was stored before: ${stayed.join(', ')}.`);
    if (Object.keys(kept).length > Object.keys(whole).length)
      print(
        'Webhooks signed with the secret before are still taken. End that by storing them without --rotate.',
      );
    print(`Try them: npm run shop -- check${sameStore(options)}`);
    if (store.kind === 'shopify' || store.kind === 'woocommerce')
      print(
        `Then have its webhooks made, or brought up to date: npm run shop -- hooks --url <ApiUrl>${sameStore(options)}`,
      );
  });

interface HooksOptions extends StoreOptions {
  readonly url: string;
  readonly print?: boolean;
}

/** WooCommerce signs with a secret that we may choose: where none is stored yet one is made, and stored first. */
const withWebhookSecret = async (
  held: Credentials,
  { kind }: AskedStore,
  vault: Vault,
): Promise<Credentials> => {
  if (kind !== 'woocommerce' || held['webhook_secret'] !== undefined) return held;
  const kept = { ...held, webhook_secret: randomBytes(32).toString('base64url') };
  await vault.keep(kept);
  print('A secret for the webhooks was made and stored with the credentials.');
  return kept;
};

const told = (hooking: Hooking, store: AskedStore): void => {
  if (hooking.kind === 'trouble') {
    const { reason, detail } = hooking;
    throw new Fault(
      `${kindNames[store.kind]}: ${adviceOn(reason, store.kind)} (${reason}${detail === undefined ? '' : `: ${detail}`})`,
    );
  }
  const { there, made, mended } = hooking;
  if (made.length > 0) print(`Made: ${made.join(', ')}`);
  if (mended.length > 0) print(`Was switched off, and is on again: ${mended.join(', ')}`);
  if (there.length > 0) print(`There before: ${there.join(', ')}`);
};

const hooks = (options: HooksOptions, self: Command): Promise<void> =>
  atStore(options, self, async (opened) => {
    const { program, vault } = opened;
    const store = asked(opened);
    const address = hookAddress(options.url, program.id, store);
    print(`Webhooks of the store ${store.id} go to\n  ${address}\n`);
    const make = { shopify: hookShopify, woocommerce: hookWoo, site: undefined, vendure: undefined }[
      store.kind
    ];
    if (options.print === true || make === undefined) {
      print(`Topics: ${topics[store.kind].join(', ')}\n`);
      for (const [index, step] of stepsByHand[store.kind].entries()) print(`${index + 1}. ${step}`);
      return;
    }
    const held = await withWebhookSecret(await credentialsIn(vault, store, options), store, vault);
    told(await make(connectionTo(store, held, vault), address), store);
    print(`\nPlace an order, or refund one, and look at it here. ${guide}`);
  });

const examples = (...lines: string[]): string =>
  `\n\nExamples:\n${lines.map((example) => `  npm run shop -- ${example}`).join('\n')}`;

const line = command(
  'shop',
  'Tries a shop of a program, stores its credentials and has its webhooks made.',
).addHelpText(
  'after',
  examples(
    'secret --program demo --store shop --table <TableName>',
    'check --program demo --store shop --table <TableName>',
  ),
);

const placesHelp =
  'With --table, credentials lie encrypted in Parameter Store, and your AWS credentials are used; without, in the folder\n' +
  'secrets of the laptop edition’s data (or env LOYALTY_SECRETS).';

withStore(line.command('check'))
  .description('tries credentials, permissions, clock, currency, a look-up, and a coupon made and cancelled')
  .option('--every-reward', 'a coupon of every reward that the shop makes, not only of the first')
  .addHelpText(
    'after',
    `\nThe coupon is found again, and cancelled; should that fail it ends within an hour. No points move.\n${folderHelp}\n${placesHelp}\n${exitHelp}` +
      examples(
        'check --program demo --store shop --table <TableName>',
        'check --program demo --store shop --every-reward',
      ),
  )
  .action(check);

withStore(line.command('secret'))
  .description('stores the credentials of a store, where the service finds them')
  .option('--rotate', 'goes on taking webhooks signed with the secret that is replaced')
  .addHelpText(
    'after',
    `\nThey are typed at prompts that do not show them, or come as one JSON object by a pipe; never on the command line:\n` +
      `${(['shopify', 'woocommerce', 'site', 'vendure'] as const).map((kind) => `  ${kind}: ${expectedKeys(kind)}`).join('\n')}\n` +
      `What was stored before is replaced; an optional one that is left empty, or left out of the JSON, stays as it is stored.\n${folderHelp}\n${placesHelp}\n${exitHelp}` +
      examples(
        'secret --program demo --store shop --table <TableName>',
        'secret --program demo --store shop --rotate --table <TableName> < shop.json',
      ),
  )
  .action(secret);

withStore(line.command('hooks'))
  .description('says where a shop sends its webhooks, and makes them in Shopify and WooCommerce')
  .requiredOption('--url <url>', 'the address of the API, the output ApiUrl of the deploy', readUrl)
  .option('--print', 'only says what is to be made')
  .addHelpText(
    'after',
    `\nWhat is there stays; a second run finds everything there, and switches on again what the shop has switched off.\n${folderHelp}\n${placesHelp}\n${exitHelp}` +
      examples('hooks --program demo --store shop --url <ApiUrl> --table <TableName>'),
  )
  .action(hooks);

await run(line);
