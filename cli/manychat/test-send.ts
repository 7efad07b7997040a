/** Sends one reminder to one contact, so that the owner sees what members will see. The period of a member stays what it is. */
import type { Contact } from '../../functions/domain/contact.ts';
import type { ContactId, Instant } from '../../functions/domain/ids.ts';
import { answer } from '../../functions/domain/ledger.ts';
import { isActive, type Member } from '../../functions/domain/member.ts';
import type { Program } from '../../functions/domain/program.ts';
import { type SkipReason, skipReason } from '../../functions/domain/reminder.ts';
import { type Fields, fieldsOf, sendIdField, viewFor } from '../../functions/jobs/send/content.ts';
import { diagnosing, type Trouble } from '../../functions/jobs/send/diagnosis.ts';
import type { Ledger, Scope } from '../../functions/ports/ledger.ts';
import type { ManyChat, Outcome } from '../../functions/ports/manychat.ts';
import { speakerFor } from '../../functions/texts/speaker.ts';
import { Fault } from '../command-line.ts';
import { exampleBooks, typicalPoints, typicalWon } from '../loyalty/cases.ts';
import { lengthOf, lengthText } from '../loyalty/length.ts';

type Reminders = NonNullable<Program['reminders']>;

export interface TestSend {
  readonly program: Program;
  readonly contact: ContactId;
  /** Also where the contact stopped messages. */
  readonly anyway: boolean;
  readonly now: Instant;
  readonly scope: () => Scope;
  readonly ledger: Ledger;
  readonly say: (line: string) => void;
}

const because: Readonly<Record<SkipReason, string>> = {
  opted_out: 'they stopped messages',
  no_optin: 'ManyChat has no opt-in of theirs',
  no_email: 'no e-mail of theirs is known',
  window_closed: 'they did not write within the last 24 hours',
  capped: 'they had as many messages as the program allows',
};

/** What stands between this contact and a real reminder. @throws Fault where they do not want any */
const warned = ({ program, contact, anyway, now, say }: TestSend, person: Contact | undefined): void => {
  const channel = program.reminders?.channel;
  if (channel === undefined || person === undefined) return;
  if (person.optOuts?.includes(channel) === true && !anyway)
    throw new Fault(
      `The contact ${contact} stopped messages by ${channel}: nothing was sent. With --anyway it is sent all the same.`,
    );
  const reason = skipReason(person, program, now);
  if (reason !== undefined) say(`A real reminder would be skipped now: ${because[reason]}.`);
};

/** What is written, of the member's own books or of an example's. */
const fieldsFor = async (
  { program, contact, now, scope, ledger, say }: TestSend,
  books: Member | undefined,
  person: Contact | undefined,
): Promise<Fields> => {
  const own = isActive(books) ? books : undefined;
  say(
    own === undefined
      ? `The contact ${contact} is no member of ${program.id}: the numbers are an example.`
      : `The contact ${contact} is a member of ${program.id}: the numbers are their own.`,
  );
  const shown = own ?? exampleBooks(contact, typicalPoints(program), typicalWon, now);
  const speaker = speakerFor(program, person?.language ?? program.language);
  const soldOut = await ledger.soldOut(scope(), program);
  const operation = scope().operation;
  // Named so that the flow's confirmation of a test confirms no real message.
  return {
    ...fieldsOf(viewFor(program, speaker, shown, soldOut, now), shown),
    [sendIdField]: `test-${operation}`,
  };
};

const sentenceOf = (trouble: Trouble, contact: ContactId, message: string): string => {
  if (trouble.of !== 'contact') return `Nothing was sent: ${trouble.sentence}.`;
  const why = {
    window_closed: 'they did not write within the time that the channel asks for',
    blocked: 'they blocked the page',
    contact_unknown: 'ManyChat knows no such contact',
    refused: 'ManyChat refused it',
  }[trouble.reason];
  return `Nothing was sent to the contact ${contact}: ${why} (${message}).`;
};

/** @throws Fault unless ManyChat took the call */
const taken = async (
  outcome: Outcome | { readonly kind: 'withheld' },
  { program, contact }: TestSend,
  manychat: ManyChat,
): Promise<void> => {
  if (outcome.kind === 'ok') return;
  if (outcome.kind === 'refused')
    throw new Fault(sentenceOf(await diagnosing(manychat, program)(outcome), contact, outcome.message));
  if (outcome.kind === 'unknown')
    throw new Fault(
      `The answer was lost (${outcome.message}): it is not known whether the message went out. Look at the chat before you send it again.`,
    );
  const why = outcome.kind === 'busy' ? ` (${outcome.message})` : '';
  throw new Fault(`ManyChat is busy${why}: nothing was sent. Try again later.`);
};

const remindersOf = ({ program }: TestSend): Reminders => {
  if (program.reminders !== undefined) return program.reminders;
  throw new Fault(
    `The program ${program.id} has no reminders: add the section reminders to its file and push it (docs/owner.md).`,
  );
};

/** The fields hold other values afterwards than those that we remember: the next reminder writes them all. */
const forget = ({ ledger, scope }: TestSend, person: Contact | undefined): Promise<unknown> =>
  person?.mirror === undefined
    ? Promise.resolve()
    : ledger.amend(scope(), person, (now) =>
        now.mirror === undefined
          ? undefined
          : { contact: now.contact, set: {}, clear: ['mirror', 'mirroredAt'], guard: ['mirror'] },
      );

const told = (fields: Fields, { channel }: Reminders, say: (line: string) => void): void => {
  say('Fields:');
  const names = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields)) say(`  ${name.padEnd(names)}  ${value}`);
  const message = String(fields['loyalty_message']);
  say(`Message: ${message}`);
  say(`Length: ${lengthText(lengthOf(message, channel))}`);
};

/** Writes the fields and starts the flow, once. @throws Fault where ManyChat does not take it */
export const testSend = async (
  given: TestSend,
  open: (program: Program) => Promise<ManyChat>,
): Promise<void> => {
  const reminders = remindersOf(given);
  const { program, contact, ledger, scope, say } = given;
  const { books, person } = await ledger.decide(scope(), { contact }, (found) =>
    answer({ books: found.member, person: found.contact }),
  );
  warned(given, person);
  const manychat = await open(program);
  const fields = await fieldsFor(given, books, person);
  told(fields, reminders, say);
  await forget(given, person);
  await taken(await manychat.setFields(contact, fields), given, manychat);
  await taken(
    await manychat.startFlow(contact, reminders.flow, () => Promise.resolve(true)),
    given,
    manychat,
  );
  say(
    `ManyChat started the flow ${reminders.flow} for the contact ${contact}. What arrives is up to the flow.`,
  );
};
