/** Makes a ManyChat account fit for a program: what is there stays, what is missing is made, what is wrong is named. */
import type { Program } from '../../functions/domain/program.ts';
import type { Account, Field, ManyChat, Outcome } from '../../functions/ports/manychat.ts';
import { Fault } from '../command-line.ts';
import { known } from './account.ts';
import { type WantedField, wantedFields, wantedTags } from './fields.ts';

export interface SetUp {
  readonly account: Account;
  readonly fields: { readonly made: readonly string[]; readonly there: readonly string[] };
  readonly tags: { readonly made: readonly string[]; readonly there: readonly string[] };
  /** Flows that the program names and the account does not have; each as a sentence. */
  readonly missingFlows: readonly string[];
}

/** ManyChat does not tell the case of names apart. */
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A lost answer is looked up so often before it is given up. */
const tries = 3;

/**
 * Makes one thing that the account lacks. Whether a lost call made it is asked of ManyChat's own list before another try: names
 * that stand twice would be a mess that only a person can clear.
 */
const make = async (
  what: string,
  create: () => Promise<Outcome>,
  isThere: () => Promise<boolean>,
): Promise<void> => {
  let last = '';
  for (let tried = 0; tried < tries; tried += 1) {
    const outcome = await create();
    if (outcome.kind === 'ok') return;
    last = outcome.message;
    // Somebody else may have made it since we looked, too.
    if (await isThere()) return;
    if (outcome.kind === 'refused') throw new Fault(`ManyChat refused to make ${what}: ${last}`);
  }
  throw new Fault(`ManyChat did not make ${what} (${last}). Run the command again later.`);
};

const wrongFields = (found: readonly Field[]): string[] =>
  wantedFields.flatMap(({ name, type }) => {
    const wrong = found.find((field) => same(field.name, name) && field.type !== type);
    return wrong === undefined ? [] : [`  ${wrong.name} is of type ${wrong.type} and must be ${type}`];
  });

const ensureFields = async (manychat: ManyChat, program: Program): Promise<SetUp['fields']> => {
  const listed = async () => known(await manychat.fields(), program);
  const found = await listed();
  const wrong = wrongFields(found);
  if (wrong.length > 0)
    throw new Fault(
      [
        'Custom fields of ManyChat have a wrong type; nothing was made:',
        ...wrong,
        'A type cannot be changed: rename or delete the field in ManyChat, then run this again.',
      ].join('\n'),
    );
  const isThere = (fields: readonly Field[], { name }: WantedField) =>
    fields.some((field) => same(field.name, name));
  const missing = wantedFields.filter((field) => !isThere(found, field));
  for (const field of missing)
    await make(
      `the custom field ${field.name}`,
      () => manychat.createField(field),
      async () => isThere(await listed(), field),
    );
  const names = (fields: readonly WantedField[]) => fields.map(({ name }) => name);
  return { made: names(missing), there: names(wantedFields.filter((field) => isThere(found, field))) };
};

const ensureTags = async (manychat: ManyChat, program: Program): Promise<SetUp['tags']> => {
  const listed = async () => known(await manychat.tags(), program);
  const found = await listed();
  const isThere = (tags: readonly string[], name: string) => tags.some((tag) => same(tag, name));
  const missing = wantedTags.filter((name) => !isThere(found, name));
  for (const name of missing)
    await make(
      `the tag ${name}`,
      () => manychat.createTag(name),
      async () => isThere(await listed(), name),
    );
  return { made: missing, there: wantedTags.filter((name) => isThere(found, name)) };
};

/** The flows that a program names, by where it names them. */
const flowsOf = ({ reminders, flows }: Program): [place: string, flow: string][] => [
  ...(reminders === undefined ? [] : [['reminders.flow', reminders.flow] satisfies [string, string]]),
  ...Object.entries(flows).flatMap(([name, flow]): [string, string][] =>
    flow === undefined ? [] : [[`flows.${name}`, flow]],
  ),
];

const missingFlows = async (manychat: ManyChat, program: Program): Promise<string[]> => {
  const wanted = flowsOf(program);
  if (wanted.length === 0) return [];
  const found = known(await manychat.flows(), program);
  return wanted
    .filter(([, flow]) => !found.some(({ ns }) => ns === flow))
    .map(
      ([place, flow]) =>
        `${place}: the flow ${flow} is not in the ManyChat account; build it, or correct its id in the program’s file and push that`,
    );
};

/** Idempotent: a second time finds everything there. @throws Fault */
export const setUp = async (manychat: ManyChat, program: Program): Promise<SetUp> => {
  const account = known(await manychat.account(), program);
  if (account.isPro === false)
    throw new Fault(
      `The ManyChat account “${account.name}” is on the free plan. The API, External Requests and Dynamic Blocks are parts of the paid plan (Pro).`,
    );
  const fields = await ensureFields(manychat, program);
  const tags = await ensureTags(manychat, program);
  return { account, fields, tags, missingFlows: await missingFlows(manychat, program) };
};
