/** One member who is due: looked at, written to at most once, recorded before the call and after it. */
import type { Contact, ContactChange } from '../../domain/contact.ts';
import { type ContactId, type Instant, later } from '../../domain/ids.ts';
import { answer } from '../../domain/ledger.ts';
import type { Member } from '../../domain/member.ts';
import {
  acceptedMessage,
  closedMessage,
  closedUnsent,
  intendReminder,
  knownMirror,
  type Mirrored,
  type Refusal,
  withdrawnMessage,
} from '../../domain/message.ts';
import { type Due, isQuietFor, judgeDue, type SkipReason, skipReason } from '../../domain/reminder.ts';
import type { DueContact } from '../../ports/agenda.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { Outcome, Refused } from '../../ports/manychat.ts';
import { speakerFor } from '../../texts/speaker.ts';
import { changedFields, type Fields, fieldsOf, mirrorAfter, sendIdField, writtenSendId } from './content.ts';
import type { Errand } from './row.ts';
import type { Run } from './run.ts';
import type { Summary } from './summary.ts';

/** How far back a claim or redemption is looked for: nobody has more lines than that since the last message. */
const entriesLookedAt = 50;

type Came = Partial<Summary>;
type NotTaken = Exclude<Outcome, { kind: 'ok' }>;

const lastActivity = async (
  { program, ledger }: Run,
  scope: Scope,
  due: DueContact,
): Promise<Instant | undefined> => {
  if (program.reminders?.postponedByActivity !== true) return undefined;
  const entries = await ledger.entries(scope, due.contact, { limit: entriesLookedAt });
  return entries.find(({ source }) => source.kind === 'order' || source.kind === 'redemption')?.at;
};

/** Looks at the member, and ends the period at once where they may not be written to. */
const look = async (run: Run, scope: Scope, due: DueContact): Promise<Due> => {
  const activeAt = await lastActivity(run, scope, due);
  return run.ledger.decide<Due>(scope, { contact: due.contact }, (found) => {
    const seen = { contact: due.contact, seen: due.dueAt, now: run.clock.now(), activeAt };
    const judged = judgeDue(found, run.program, seen);
    return 'change' in judged && judged.change !== undefined
      ? answer(judged, { contact: judged.change })
      : answer(judged);
  });
};

/** What the fields of a member hold now. */
export const currentFields = async (
  { program, ledger, clock }: Run,
  scope: Scope,
  books: Member,
  person: Contact | undefined,
): Promise<Fields> => {
  const speaker = speakerFor(program, person?.language ?? program.language);
  const soldOut = await ledger.soldOut(scope, program);
  return fieldsOf({ program, speaker, now: clock.now(), soldOut, books }, books);
};

/** Fields that are as they should be, and the send id that stands among them. */
interface Ready extends Mirrored {
  readonly sendId: string;
}

/**
 * Writes the fields that changed, with a new send id. Where nothing changed, nothing is written, since writing has half the rate
 * of sending, and the message goes out under the send id that stands there.
 */
const writeFields = async (
  run: Errand,
  scope: Scope,
  books: Member,
  person: Contact,
): Promise<Ready | NotTaken> => {
  const known = (await run.shared(person.contact)) ? undefined : knownMirror(person);
  const changed = changedFields(await currentFields(run, scope, books, person), known?.mirror);
  const standing = writtenSendId(known?.mirror);
  if (known !== undefined && standing !== undefined && Object.keys(changed).length === 0)
    return { ...known, sendId: standing };
  const sendId = scope.operation;
  const written = { ...changed, [sendIdField]: sendId };
  const outcome = await run.inTurn(() => run.account.setFields(person.contact, written));
  run.shift.came('fields', outcome.kind);
  if (outcome.kind === 'ok')
    return { mirror: mirrorAfter(known?.mirror, written), mirroredAt: run.clock.now(), sendId };
  // Some of them may stand there now and some not: the next time all are written.
  if (outcome.kind === 'unknown' && person.mirror !== undefined) await forgetMirror(run, person);
  return outcome;
};

/** Nothing is known of the contact's fields any more. */
export const forgetMirror = (run: Run, person: Contact): Promise<boolean> =>
  // What waited for ManyChat may have used up its time for the table.
  run.ledger.amend(run.scope(), person, ({ contact }) => ({
    contact,
    set: {},
    clear: ['mirror', 'mirroredAt'],
    guard: [],
  }));

/** Ends the period of a contact whom ManyChat refuses, and names them in the log. */
const closed = async (
  run: Run,
  contact: ContactId,
  refused: Refused,
  reason: Refusal,
  end: () => Promise<unknown>,
) => {
  await end();
  run.log.event('message refused', { program: run.program.id, contact, reason, message: refused.message });
  return { closed: { [reason]: 1 } };
};

/** What a call that was not taken means: for this member, and for those who come after them. */
const notTaken = async (
  run: Run,
  outcome: NotTaken,
  { close, reopen }: { close: (reason: Refusal) => Promise<unknown>; reopen: () => Promise<unknown> },
  { due, person }: { due: DueContact; person: Contact },
): Promise<Came> => {
  const { contact } = due;
  if (outcome.kind !== 'refused') {
    await reopen();
    run.log.event('message held', { program: run.program.id, contact, message: outcome.message });
    return { held: 1 };
  }
  const mark = run.unexplained.mark();
  const trouble = await run.diagnose(outcome);
  if (trouble.of !== 'contact') {
    await reopen();
    run.halt(trouble.of);
    return { held: 1, troubles: [trouble.sentence] };
  }
  const { reason } = trouble;
  if (reason !== 'refused') return closed(run, contact, outcome, reason, () => close(reason));
  await reopen();
  const end = () =>
    run.ledger.amend(run.scope(), person, (now) =>
      now.dueAt === due.dueAt ? closedUnsent(now, run.program, reason, run.clock.now()) : undefined,
    );
  run.unexplained.add({ mark, dueAt: due.dueAt, close: () => closed(run, contact, outcome, reason, end) });
  return {};
};

/** From the intent to the call's leaving, at the longest. */
const leavesWithinMs = 200;

/** Whether a call that is about to leave must not: a STOP came since we looked, or the quiet hours begin. */
const mayNotLeave = (person: Contact, program: Run['program'], at: Instant): boolean =>
  skipReason(person, program, at) !== undefined ||
  [at, later(at, leavesWithinMs)].some((instant) => isQuietFor(person, program, instant));

/** Records the intent right before the call leaves. @returns the person as they stand then; undefined where they moved on */
const intend = async (
  run: Run,
  scope: Scope,
  due: DueContact,
  person: Contact,
  ready: Ready,
): Promise<Contact | undefined> => {
  let intended: Contact | undefined;
  const recorded = await run.ledger.amend(scope, person, (now) => {
    intended = undefined;
    const at = run.clock.now();
    // Somebody else was here, or something came in between.
    if (now.dueAt !== due.dueAt || mayNotLeave(now, run.program, at)) return undefined;
    const by = scope.operation.slice(0, 8);
    const change = intendReminder(now, run.program, { ...ready, by, now: at });
    intended = { ...now, ...change.set };
    return change;
  });
  return recorded ? intended : undefined;
};

/** Whether they may still be written to under an intent that stands: the call waited for another try, and a STOP came meanwhile. */
const stillWanted = (run: Run, before: Contact, intended: Contact): Promise<boolean> =>
  run.ledger.decide(run.scope(), { contact: intended.contact }, ({ contact: now }) => {
    if (now === undefined || now.dueAt !== intended.dueAt) return answer(false);
    // The intent itself counts for the cap, but not against itself.
    const person = { ...now, sends: before.sends ?? [] };
    return answer(!mayNotLeave(person, run.program, run.clock.now()));
  });

/** Starts the flow under a recorded intent, and records what came of it. */
const send = async (
  run: Errand,
  scope: Scope,
  due: DueContact,
  person: Contact,
  ready: Ready,
): Promise<Came> => {
  let intended: Contact | undefined;
  const { account, program, ledger, shift } = run;
  const intending = async () => {
    if (intended !== undefined) return stillWanted(run, person, intended);
    intended = await intend(run, scope, due, person, ready);
    return intended !== undefined;
  };
  const outcome = await run.inTurn(() =>
    account.startFlow(person.contact, program.reminders?.flow ?? '', intending),
  );
  shift.came('flow', outcome.kind);
  if (outcome.kind === 'ok' || outcome.kind === 'unknown') run.flowStarted();
  const standing = intended;
  if (standing === undefined) return {};
  const record = (judge: (now: Contact) => ContactChange | undefined) =>
    ledger.amend({ ...scope, signal: run.scope().signal }, standing, judge);
  if (outcome.kind === 'withheld') {
    // Nothing went out: the next look ends the period with its reason.
    await record((now) => withdrawnMessage(now, person, standing));
    return {};
  }
  if (outcome.kind === 'unknown') return { unconfirmed: 1 };
  if (outcome.kind === 'ok') {
    run.unexplained.taken();
    await record((now) => acceptedMessage(now, ready.sendId));
    return { sent: 1 };
  }
  const fate = {
    close: (reason: Refusal) => record((now) => closedMessage(now, ready.sendId, reason)),
    reopen: () => record((now) => withdrawnMessage(now, person, standing)),
  };
  return notTaken(run, outcome, fate, { due, person });
};

/** Most reasons are the customer's own and only counted; that a member has no e-mail is for the owner to mend. */
const skipped = (run: Run, { contact }: DueContact, reason: SkipReason): Came => {
  if (reason === 'no_email') run.log.event('member skipped', { program: run.program.id, contact, reason });
  return { skipped: { [reason]: 1 } };
};

/** Does for one member what is due. Never writes to them twice in a period, whatever fails on the way. */
export const remind = async (run: Errand, due: DueContact): Promise<Came> => {
  const scope = run.scope();
  const judged = await look(run, scope, due);
  if (judged.kind === 'gone') return {};
  if (judged.kind === 'later') return { later: 1 };
  if (judged.kind === 'skipped') return skipped(run, due, judged.reason);
  const { books, person } = judged;
  const fields = await writeFields(run, scope, books, person);
  if ('sendId' in fields) return send(run, scope, due, person, fields);
  const fate = {
    close: (reason: Refusal) =>
      run.ledger.amend(run.scope(), person, (now) =>
        now.dueAt === due.dueAt ? closedUnsent(now, run.program, reason, run.clock.now()) : undefined,
      ),
    // Nothing was recorded yet: the member is still due.
    reopen: () => Promise.resolve(),
  };
  return notTaken(run, fields, fate, { due, person });
};
