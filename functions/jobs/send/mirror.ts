/** One contact whose books moved without a chat: their ManyChat fields are brought up to date. */
import { answer } from '../../domain/ledger.ts';
import { isActive } from '../../domain/member.ts';
import { knownMirror } from '../../domain/message.ts';
import type { DueContact } from '../../ports/agenda.ts';
import { changedFields, mirrorAfter } from './content.ts';
import { currentFields, forgetMirror } from './remind.ts';
import type { Errand } from './row.ts';
import type { Summary } from './summary.ts';

/** Writes what changed since the last time; the request stays until that is certain. */
export const mirror = async (run: Errand, due: DueContact): Promise<Partial<Summary>> => {
  const scope = run.scope();
  const { ledger, agenda, account, program } = run;
  const { books, person } = await ledger.decide(scope, { contact: due.contact }, (found) =>
    answer({ books: found.member, person: found.contact }),
  );
  const done = () => agenda.mirrored(program.id, due, run.scope().signal);
  if (!isActive(books) || person === undefined) {
    await done();
    return {};
  }
  const known = (await run.shared(due.contact)) ? undefined : knownMirror(person);
  const changed = changedFields(await currentFields(run, scope, books, person), known?.mirror);
  if (Object.keys(changed).length === 0) {
    await done();
    return {};
  }
  const outcome = await run.inTurn(() => account.setFields(due.contact, changed));
  run.shift.came('fields', outcome.kind);
  if (outcome.kind === 'ok') {
    const set = { mirror: mirrorAfter(known?.mirror, changed), mirroredAt: run.clock.now() };
    // A reminder that was written meanwhile knows better; then all is compared anew the next time.
    run.unexplained.taken();
    const noted = await ledger.amend(run.scope(), person, (now) =>
      now.mirroredAt === person.mirroredAt ? { contact: now.contact, set, guard: ['mirroredAt'] } : undefined,
    );
    if (noted) await done();
    return { mirrored: 1 };
  }
  if (outcome.kind !== 'refused') {
    if (outcome.kind === 'unknown' && person.mirror !== undefined) await forgetMirror(run, person);
    return { held: 1 };
  }
  const mark = run.unexplained.mark();
  const trouble = await run.diagnose(outcome);
  if (trouble.of !== 'contact') {
    run.halt(trouble.of);
    return { held: 1, troubles: [trouble.sentence] };
  }
  const { reason } = trouble;
  const close = async () => {
    await done();
    const facts = { program: program.id, contact: due.contact, reason, message: outcome.message };
    run.log.event('fields refused', facts);
    return { closed: { [`fields_${reason}`]: 1 } };
  };
  if (reason !== 'refused') return close();
  run.unexplained.add({ mark, dueAt: due.dueAt, close });
  return {};
};
