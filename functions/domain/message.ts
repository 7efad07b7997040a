/** What becomes of one message: from the intent, recorded before the call, to what is known of it. */
import { type Contact, type ContactChange, type LastMessage, notedEveryMs } from './contact.ts';
import type { Instant } from './ids.ts';
import type { Program } from './program.ts';
import { nextReminder } from './reminder.ts';
import { recentSends, tallied, yearOf } from './tally.ts';

/** Why ManyChat did not take a message for this contact, ever. */
export type Refusal = NonNullable<LastMessage['reason']>;

/** What was written into the contact's fields: a short hash for each, and the send id as it is. */
export type Mirror = NonNullable<Contact['mirror']>;

/** What stands in the fields, and since when. */
export interface Mirrored {
  readonly mirror: Mirror;
  readonly mirroredAt: Instant;
}

/**
 * What is known of the contact's fields. Flows map chat replies to the same fields, so after a chat nothing is known of them;
 * and a chat may have been up to an hour later than it was noted.
 */
export const knownMirror = ({ mirror, mirroredAt, lastInboundAt }: Contact): Mirrored | undefined => {
  if (mirror === undefined || mirroredAt === undefined) return undefined;
  if (lastInboundAt !== undefined && mirroredAt <= lastInboundAt + notedEveryMs) return undefined;
  return { mirror, mirroredAt };
};

/** Under which send id, by which attempt and when a message is to go out. */
export interface Intent {
  readonly sendId: string;
  readonly by: string;
  readonly now: Instant;
}

/**
 * The intent, recorded before the call under what was seen: the period is over from here on, whatever becomes of the call. It
 * stands as `unconfirmed` until an outcome is known, so a crash leaves exactly that.
 */
export const intendReminder = (
  person: Contact,
  program: Program,
  { sendId, by, mirror, mirroredAt, now }: Mirrored & Intent,
): ContactChange => {
  const year = yearOf(now, program);
  const dueAt = nextReminder(now, person.contact, person, program);
  const kept = program.cap === undefined ? [] : recentSends(person, program.cap, now);
  return {
    contact: person.contact,
    set: {
      ...(dueAt === undefined ? {} : { dueAt }),
      message: { id: sendId, at: now, by, year, state: 'unconfirmed' },
      sends: [...kept, now].slice(-(program.cap?.max ?? 1)),
      mirror,
      mirroredAt,
      tally: tallied(person.tally, year, [['unconfirmed', 1]]),
    },
    // All that would forbid the message must be as it was seen, or it is looked at again.
    guard: ['dueAt', 'optOuts', 'optinEmail', 'optinPhone', 'message', 'mirror', 'tally'],
  };
};

/** A message's new state, counted in the year in which it was sent. */
const settledAs = (
  person: Contact,
  message: LastMessage,
  state: LastMessage['state'],
  reason?: Refusal,
): ContactChange => {
  const name = ({ state: of, reason: why }: Pick<LastMessage, 'state' | 'reason'>) =>
    why === undefined ? of : `${of}_${why}`;
  // The reason of an earlier state goes with that state.
  const { reason: _, ...kept } = message;
  const after: LastMessage = { ...kept, state, ...(reason === undefined ? {} : { reason }) };
  return {
    contact: person.contact,
    set: {
      message: after,
      tally: tallied(person.tally, message.year, [
        [name(message), -1],
        [name(after), 1],
      ]),
    },
    guard: ['message', 'tally'],
  };
};

const lastMessage = (person: Contact, sendId: string): LastMessage | undefined =>
  person.message?.id === sendId ? person.message : undefined;

/** ManyChat took the message. A confirmation that came first stands. */
export const acceptedMessage = (person: Contact, sendId: string): ContactChange | undefined => {
  const message = lastMessage(person, sendId);
  return message?.state === 'unconfirmed' ? settledAs(person, message, 'accepted') : undefined;
};

/** ManyChat refused the message for this contact for good: the period is closed. */
export const closedMessage = (
  person: Contact,
  sendId: string,
  reason: Refusal,
): ContactChange | undefined => {
  const message = lastMessage(person, sendId);
  return message?.state === 'unconfirmed' ? settledAs(person, message, 'closed', reason) : undefined;
};

/** ManyChat refused the contact before a message was begun: the period is closed without one. */
export const closedUnsent = (
  person: Contact,
  program: Program,
  reason: Refusal,
  now: Instant,
): ContactChange => {
  const dueAt = nextReminder(now, person.contact, person, program);
  return {
    contact: person.contact,
    set: {
      ...(dueAt === undefined ? {} : { dueAt }),
      tally: tallied(person.tally, yearOf(now, program), [[`closed_${reason}`, 1]]),
    },
    guard: ['dueAt', 'tally'],
  };
};

/**
 * It is certain that nothing was sent, for a reason that is not the contact's: the period stands open as it did before.
 * @param before the person before the intent @param intended and after it
 */
export const withdrawnMessage = (
  person: Contact,
  before: Contact,
  intended: Contact,
): ContactChange | undefined => {
  const message = person.message;
  if (message?.state !== 'unconfirmed' || message.by !== intended.message?.by) return undefined;
  // Who left meanwhile, or joined anew, has another next day than the intent gave them, or none.
  const reopened = person.dueAt === intended.dueAt ? before.dueAt : undefined;
  const tally = tallied(person.tally, message.year, [['unconfirmed', -1]]);
  const counted = Object.keys(tally).length > 0;
  return {
    contact: person.contact,
    set: {
      ...(reopened === undefined ? {} : { dueAt: reopened }),
      ...(before.message === undefined ? {} : { message: before.message }),
      ...(before.sends === undefined ? {} : { sends: before.sends }),
      ...(counted ? { tally } : {}),
    },
    clear: [
      ...(before.message === undefined ? (['message'] as const) : []),
      ...(before.sends === undefined ? (['sends'] as const) : []),
      ...(counted ? [] : (['tally'] as const)),
    ],
    guard: ['message', 'tally', 'dueAt'],
  };
};

/** The flow says that its message step was reached. */
export const confirmedMessage = (
  person: Contact | undefined,
  sendId: string | undefined,
): { readonly known: boolean; readonly change: ContactChange | undefined } => {
  const message = person?.message;
  if (person === undefined || message === undefined || (sendId !== undefined && sendId !== message.id))
    return { known: false, change: undefined };
  if (message.state === 'confirmed') return { known: true, change: undefined };
  return { known: true, change: settledAs(person, message, 'confirmed') };
};
