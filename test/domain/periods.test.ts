/**
 * Years of reminders of one member: the sender's decisions and what comes between, against a small model that only keeps a list
 * of how each period ended.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Contact, ContactChange } from '../../functions/domain/contact.ts';
import type { Instant } from '../../functions/domain/ids.ts';
import type { Member } from '../../functions/domain/member.ts';
import { decideEnrolment, decideLeave } from '../../functions/domain/membership.ts';
import {
  acceptedMessage,
  closedMessage,
  closedUnsent,
  confirmedMessage,
  intendReminder,
  type Refusal,
  withdrawnMessage,
} from '../../functions/domain/message.ts';
import { judgeDue } from '../../functions/domain/reminder.ts';
import { Model, program } from './periods-model.ts';
import { ana, anaMail, answered, at, foundOf, hashOf, hourMs, plus, settingOf } from './support.ts';

/** The member as the table would have them. */
class Real {
  now: Instant = at('2024-11-20T12:00:00Z');
  person: Contact = { contact: ana };
  books: Member | undefined;
  /** The person as they were right before the intent whose outcome is not known yet. */
  before: Contact | undefined;
  /** And right after it. */
  intended: Contact | undefined;
  sends = 0;

  found() {
    const asked = { contact: ana, emails: [hashOf(anaMail)] };
    return foundOf({ contact: this.person, asked, ...(this.books && { member: this.books }) });
  }

  write(change: ContactChange | undefined): void {
    if (change === undefined) return;
    const person: Contact = { ...this.person, ...change.set };
    for (const name of change.clear ?? []) delete person[name];
    this.person = person;
  }

  join(): void {
    const order = {
      contact: ana,
      email: anaMail,
      firstName: undefined,
      lastName: undefined,
      language: undefined,
    };
    const { answer, change } = answered(decideEnrolment(this.found(), order, settingOf(program, this.now)));
    this.write(change?.contact);
    this.books = answer.books;
  }

  leave(): void {
    const { answer, change } = answered(decideLeave(this.found(), settingOf(program, this.now)));
    this.write(change?.contact);
    this.books = answer.books ?? this.books;
  }

  sendId(): string {
    return this.person.message?.id ?? 'none';
  }
}

type Step = (model: Model, real: Real) => void;

const join: Step = (model, real) => {
  if (!model.active || real.books === undefined) {
    model.active = true;
    model.wroteAt = real.now;
    model.plan(real.now);
    // A call that was on its way belongs to the membership before.
    model.flying = undefined;
    real.before = undefined;
  }
  real.join();
};

const leave: Step = (model, real) => {
  model.active = false;
  model.due = undefined;
  real.leave();
};

/** The sender comes by: it ends the period without a message, or begins one, or finds nothing to do. */
const look =
  (refusedAs?: Refusal): Step =>
  (model, real) => {
    const { now, person } = real;
    const seen = { contact: ana, seen: person.dueAt ?? now, now, activeAt: undefined };
    const due = judgeDue(real.found(), program, seen);
    if (model.due === undefined || model.due > now) {
      expect(due.kind).toBe('gone');
      return;
    }
    const why = model.why(now);
    if (why !== undefined) {
      model.end(now, why);
      expect(due.kind === 'skipped' && `skipped_${due.reason}`).toBe(why);
      real.write(due.kind === 'skipped' ? due.change : undefined);
      return;
    }
    expect(due).toEqual({ kind: 'send', books: real.books, person });
    if (refusedAs !== undefined) {
      model.end(now, `closed_${refusedAs}`);
      real.write(closedUnsent(person, program, refusedAs, now));
      return;
    }
    const { due: from, last } = model;
    model.end(now, 'unconfirmed');
    model.flying = { from, to: model.due, last };
    model.last = model.ended.length - 1;
    Object.assign(model.ended[model.last] ?? {}, { sentAt: now });
    real.before = person;
    real.sends += 1;
    const sendId = `send-${real.sends}`;
    real.write(
      intendReminder(person, program, { sendId, by: `by-${real.sends}`, mirror: {}, mirroredAt: now, now }),
    );
    real.intended = real.person;
  };

const accept: Step = (model, real) => {
  model.settle(['unconfirmed'], 'accepted');
  real.write(acceptedMessage(real.person, real.sendId()));
};

const close =
  (reason: Refusal): Step =>
  (model, real) => {
    model.settle(['unconfirmed'], `closed_${reason}`);
    real.write(closedMessage(real.person, real.sendId(), reason));
  };

const confirm =
  (named: boolean): Step =>
  (model, real) => {
    model.settle(['unconfirmed', 'accepted', 'closed'], 'confirmed');
    const { known, change } = confirmedMessage(real.person, named ? real.sendId() : undefined);
    expect(known).toBe(model.last !== undefined);
    real.write(change);
  };

const withdraw: Step = (model, real) => {
  const { before, intended } = real;
  if (model.flying === undefined || before === undefined || model.last === undefined) return;
  if (intended === undefined) throw new Error('nothing was intended');
  if (model.ended[model.last]?.outcome === 'unconfirmed') {
    model.ended.splice(model.last, 1);
    model.last = model.flying.last;
    // Who left meanwhile, or whose next day was moved since, is not due again.
    if (model.due !== undefined && model.due === model.flying.to) model.due = model.flying.from;
  }
  real.write(withdrawnMessage(real.person, before, intended));
  model.flying = undefined;
  real.before = undefined;
};

/** The process ends before it hears of the call. */
const crash: Step = (model, real) => {
  model.flying = undefined;
  real.before = undefined;
};

const wait =
  (ms: number): Step =>
  (_, real) => {
    real.now = plus(real.now, ms);
  };
const untilDue: Step = (_, real) => {
  real.now = plus(real.now, Math.max(0, (real.person.dueAt ?? real.now) - real.now));
};
const prefer =
  (stopped: boolean): Step =>
  (model, real) => {
    model.stopped = stopped;
    real.write({ contact: ana, set: { optOuts: stopped ? ['messenger'] : [] }, guard: ['optOuts'] });
  };
const write: Step = (model, real) => {
  model.wroteAt = real.now;
  real.write({ contact: ana, set: { lastInboundAt: real.now }, guard: [] });
};

const named = (name: string, ...steps: readonly Step[]) => ({
  name,
  run: (model: Model, real: Real) => {
    for (const step of steps) step(model, real);
  },
});

const reasons: readonly Refusal[] = ['window_closed', 'blocked', 'contact_unknown', 'refused'];
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.constant(named('due, having written', untilDue, write, look())) },
  { weight: 3, arbitrary: fc.constant(named('due', untilDue, look())) },
  { weight: 1, arbitrary: fc.constant(named('look', look())) },
  { weight: 3, arbitrary: fc.constant(named('accept', accept)) },
  { weight: 3, arbitrary: fc.constant(named('withdraw', withdraw)) },
  {
    weight: 2,
    arbitrary: fc.boolean().map((by) => named(`confirm ${by ? 'by id' : 'the last'}`, confirm(by))),
  },
  { weight: 1, arbitrary: fc.constantFrom(...reasons).map((why) => named(`close as ${why}`, close(why))) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...reasons).map((why) => named(`fields: ${why}`, untilDue, write, look(why))),
  },
  { weight: 1, arbitrary: fc.constant(named('crash', crash)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('STOP', 'START').map((word) => named(word, prefer(word === 'STOP'))),
  },
  { weight: 1, arbitrary: fc.constant(named('leave', leave)) },
  { weight: 2, arbitrary: fc.constant(named('join', join)) },
  { weight: 2, arbitrary: fc.nat(40 * 24).map((hours) => named(`${hours} hours`, wait(hours * hourMs))) },
);

test('each period ends once, in one way, and is counted so, whatever happens in between', () => {
  const life = fc.array(steps, { minLength: 1, maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(life, (told) => {
      const model = new Model();
      const real = new Real();
      join(model, real);
      for (const { name, run } of told) {
        run(model, real);
        const { dueAt, tally = {}, message } = real.person;
        expect({ name, dueAt, tally }).toEqual({ name, dueAt: model.due, tally: model.counts() });
        const state = model.last === undefined ? undefined : model.ended[model.last]?.outcome.split('_')[0];
        expect({ name, state: message?.state }).toEqual({ name, state });
      }
    }),
    { numRuns: 150 },
  );
});
