/** One contact whose books moved without a chat: their ManyChat fields are brought up to date, and they are told why. */
import type { Contact } from '../../domain/contact.ts';
import { answer } from '../../domain/ledger.ts';
import { isActive, type Member } from '../../domain/member.ts';
import { knownMirror } from '../../domain/message.ts';
import type { DueContact, Marker } from '../../ports/agenda.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { Outcome } from '../../ports/manychat.ts';
import { clean } from '../../texts/clip.ts';
import { speakerFor } from '../../texts/speaker.ts';
import { changedFields, type Fields, mirrorAfter, viewFor } from './content.ts';
import { newsText, readNews } from './news.ts';
import { currentFields, forgetMirror } from './remind.ts';
import type { Errand } from './row.ts';
import type { Summary } from './summary.ts';
import { tell } from './tell.ts';

type Came = Partial<Summary>;

/** What somebody is to be told; undefined where there is no news. */
const textFor = async (
  run: Errand,
  scope: Scope,
  books: Member,
  person: Contact,
  seen: Marker,
): Promise<string | undefined> => {
  if (seen.news.length === 0) return undefined;
  const { program, clock } = run;
  const told = await readNews(run, scope, person.contact, seen);
  const speaker = speakerFor(program, person.language ?? program.language);
  return newsText(viewFor(program, speaker, books, new Set(), clock.now()), books, told);
};

/** The fields as they are now; news stand where the reminder's sentence stands else. */
const fieldsWith = (fields: Fields, text: string | undefined): Fields =>
  text === undefined ? fields : { ...fields, loyalty_message: String(clean(text)) };

/** What a write of fields that was not taken means. @param done takes the request away */
const notTaken = async (
  run: Errand,
  due: DueContact,
  outcome: Extract<Outcome, { kind: 'refused' }>,
  done: () => Promise<unknown>,
): Promise<Came> => {
  const mark = run.unexplained.mark();
  const trouble = await run.diagnose(outcome);
  if (trouble.of !== 'contact') {
    run.halt(trouble.of);
    return { held: 1, troubles: [trouble.sentence] };
  }
  const { reason } = trouble;
  const close = async () => {
    await done();
    const facts = { program: run.program.id, contact: due.contact, reason, message: outcome.message };
    run.log.event('fields refused', facts);
    return { closed: { [`fields_${reason}`]: 1 } };
  };
  if (reason !== 'refused') return close();
  run.unexplained.add({ mark, dueAt: due.dueAt, close });
  return {};
};

/** Writes what changed since the last time; the request stays until that is certain. */
export const mirror = async (run: Errand, due: DueContact): Promise<Came> => {
  const scope = run.scope();
  const { ledger, agenda, account, program } = run;
  // Read first, so that the books are no older than the news of them.
  const seen = await agenda.marker(program.id, due.contact, scope.signal);
  const { books, person } = await ledger.decide(scope, { contact: due.contact }, (found) =>
    answer({ books: found.member, person: found.contact }),
  );
  const done = () => agenda.mirrored(program.id, due, run.scope().signal, seen);
  if (!isActive(books) || person === undefined) {
    await done();
    return {};
  }
  const text = await textFor(run, scope, books, person, seen);
  const end = async (standing: Contact): Promise<Came> => {
    if (text !== undefined) return tell(run, { due, person: standing, seen, text });
    await done();
    return {};
  };
  const known = (await run.shared(due.contact)) ? undefined : knownMirror(person);
  const fields = fieldsWith(await currentFields(run, scope, books, person), text);
  const changed = changedFields(fields, known?.mirror);
  if (Object.keys(changed).length === 0) return end(person);
  const outcome = await run.inTurn(() => account.setFields(due.contact, changed));
  run.shift.came('fields', outcome.kind);
  if (outcome.kind === 'refused') return notTaken(run, due, outcome, done);
  if (outcome.kind !== 'ok') {
    if (outcome.kind === 'unknown' && person.mirror !== undefined) await forgetMirror(run, person);
    return { held: 1 };
  }
  const set = { mirror: mirrorAfter(known?.mirror, changed), mirroredAt: run.clock.now() };
  // A reminder that was written meanwhile knows better; then all is compared anew the next time.
  run.unexplained.taken();
  const noted = await ledger.amend(run.scope(), person, (now) =>
    now.mirroredAt === person.mirroredAt ? { contact: now.contact, set, guard: ['mirroredAt'] } : undefined,
  );
  return { mirrored: 1, ...(noted ? await end(person) : {}) };
};
