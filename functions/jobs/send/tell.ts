/** One message about news, inside the channel's window: at most once, since they count as told before the call leaves. */
import { textBlock } from '../../chat/block.ts';
import { type Channel, channels } from '../../chat/caller.ts';
import { daysInMs } from '../../domain/calendar.ts';
import type { Contact, ContactChange } from '../../domain/contact.ts';
import type { Instant } from '../../domain/ids.ts';
import type { Program } from '../../domain/program.ts';
import { programQuietUntil } from '../../domain/reminder.ts';
import { recentSends } from '../../domain/tally.ts';
import type { DueContact, Marker } from '../../ports/agenda.ts';
import type { Outcome } from '../../ports/manychat.ts';
import type { Errand } from './row.ts';
import type { Summary } from './summary.ts';

type Came = Partial<Summary>;

/** What is to be told, to whom, and what lay with the request. */
export interface Message {
  readonly due: DueContact;
  readonly person: Contact;
  readonly seen: Marker;
  readonly text: string;
}

/** Messages that are no templates arrive for so long after the customer last wrote; on Telegram at any time. */
const windowMs = daysInMs(1);

/** Where a member may be written to now, which is where they last wrote; undefined where they may not. */
const channelFor = (person: Contact, { cap }: Program, now: Instant): Channel | undefined => {
  const { lastInboundAt, lastInboundOn, optOuts } = person;
  const channel = channels.find((one) => one === lastInboundOn);
  if (channel === undefined || optOuts?.includes(channel)) return undefined;
  const open = lastInboundAt !== undefined && now - lastInboundAt < windowMs;
  if (channel !== 'telegram' && !open) return undefined;
  if (cap !== undefined && recentSends(person, cap, now).length >= cap.max) return undefined;
  return channel;
};

/** The end of the quiet hours, on the clock that the program's reminders go by. */
const quietUntil = (person: Contact, program: Program, at: Instant): Instant | undefined => {
  const { reminders } = program;
  if (reminders?.clock !== 'member') return programQuietUntil(program, at);
  const theirs = { ...program, zone: person.utcOffset ?? program.zone };
  return programQuietUntil({ ...theirs, reminders: { ...reminders, clock: 'program' } }, at);
};

/** Counts for the cap as a reminder does. */
const counted = (person: Contact, { cap }: Program, now: Instant): ContactChange => {
  const kept = cap === undefined ? [] : recentSends(person, cap, now);
  return {
    contact: person.contact,
    set: { sends: [...kept, now].slice(-(cap?.max ?? 1)) },
    // A STOP or another message that came meanwhile is looked at first.
    guard: ['sends', 'optOuts'],
  };
};

const uncounted = (person: Contact, at: Instant): ContactChange | undefined => {
  const index = person.sends?.lastIndexOf(at) ?? -1;
  if (person.sends === undefined || index === -1) return undefined;
  const sends = person.sends.toSpliced(index, 1);
  const { contact } = person;
  return sends.length === 0
    ? { contact, set: {}, clear: ['sends'], guard: ['sends'] }
    : { contact, set: { sends }, guard: ['sends'] };
};

/** What a call that surely was not taken means. @param uncount takes it off the cap @param back makes the request anew */
const notTaken = async (
  run: Errand,
  outcome: Exclude<Outcome, { kind: 'ok' | 'unknown' }>,
  { due, seen }: Message,
  { uncount, back }: { uncount: () => Promise<unknown>; back: () => Promise<void> },
): Promise<Came> => {
  await uncount();
  const { contact } = due;
  const facts = { program: run.program.id, contact, message: outcome.message };
  if (outcome.kind === 'busy') {
    await back();
    run.log.event('news held', facts);
    return { held: 1 };
  }
  const mark = run.unexplained.mark();
  const trouble = await run.diagnose(outcome);
  if (trouble.of !== 'contact') {
    await back();
    run.halt(trouble.of);
    return { held: 1, troubles: [trouble.sentence] };
  }
  const { reason } = trouble;
  const close = async (): Promise<Came> => {
    run.log.event('news refused', { ...facts, reason });
    return { closed: { [`news_${reason}`]: 1 } };
  };
  if (reason !== 'refused') return close();
  await back();
  const closeLater = async () => {
    await run.agenda.mirrored(run.program.id, due, run.scope().signal, seen);
    return close();
  };
  run.unexplained.add({ mark, dueAt: due.dueAt, close: closeLater });
  return {};
};

/**
 * Ends the request of a contact whose fields say the news already, and sends them a message where they may have one. In quiet
 * hours the request waits for their end.
 */
export const tell = async (run: Errand, message: Message): Promise<Came> => {
  const { due, person, seen, text } = message;
  const { agenda, account, ledger, program, clock } = run;
  const take = () => agenda.mirrored(program.id, due, run.scope().signal, seen);
  const now = clock.now();
  if (channelFor(person, program, now) === undefined) {
    await take();
    return {};
  }
  const quiet = quietUntil(person, program, now);
  if (quiet !== undefined) {
    await agenda.putOff(program.id, due, quiet, run.scope().signal);
    return { later: 1 };
  }
  // Asked for again meanwhile: the next look tells all of it.
  if (!(await take())) return {};
  let leaving: { readonly channel: Channel; readonly at: Instant; readonly person: Contact } | undefined;
  const recorded = await ledger.amend(run.scope(), person, (known) => {
    const at = clock.now();
    const channel = channelFor(known, program, at);
    if (channel === undefined || quietUntil(known, program, at) !== undefined) return undefined;
    const change = counted(known, program, at);
    leaving = { channel, at, person: { ...known, ...change.set } };
    return change;
  });
  if (!recorded || leaving === undefined) return {};
  const { channel, at, person: standing } = leaving;
  const outcome = await run.inTurn(() => account.sendContent(due.contact, textBlock(channel, text)));
  run.shift.came('flow', outcome.kind);
  if (outcome.kind === 'ok') {
    run.unexplained.taken();
    return { sent: 1 };
  }
  if (outcome.kind === 'unknown') return { unconfirmed: 1 };
  return notTaken(run, outcome, message, {
    uncount: () => ledger.amend(run.scope(), standing, (known) => uncounted(known, at)),
    back: () => agenda.untold(program.id, due, seen, run.scope().signal),
  });
};
