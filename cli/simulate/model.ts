/**
 * The reference model: a year from the promises alone. Who is due when, who is skipped and why, and in which millisecond each
 * message leaves; the turns are those of a careful sender that serves one member after the other.
 */
import { minuteMs, nextSweep, quietUntil, zoneFor } from './clockwork.ts';
import type { Answered, Customer, Event } from './events.ts';
import {
  contentOf,
  intend,
  judge,
  live,
  mustWrite,
  newPerson,
  type Person,
  pointsOf,
  reasonAgainst,
} from './person.ts';
import { pace, programs, type Terms } from './terms.ts';

/** A sender works so long, and leaves the rest to the next one. */
const shiftMs = 80_000;
/** An intent is recorded so long before its message's turn. */
const leadMs = 25;

/** A message from the look at the member to its turn. */
export interface Course {
  readonly person: Person;
  readonly lookedAt: number;
  readonly intendedAt: number;
  readonly wentOut: boolean;
}

export interface Told {
  readonly people: ReadonlyMap<string, Person>;
  /** By the event's place. */
  readonly answers: readonly Answered[];
  readonly courses: readonly Course[];
  /** Members that one sender served. */
  readonly longestRun: number;
}

export interface Given {
  readonly customers: readonly Customer[];
  readonly events: readonly Event[];
  readonly begins: number;
  readonly ends: number;
  /** In which order the index named those who were due at the same instant, which DynamoDB leaves open. */
  readonly place: (program: string, servedAt: number, contact: string) => number;
}

interface Walk extends Given {
  now: number;
  cursor: number;
  nextWrite: number;
  nextSend: number;
  readonly people: ReadonlyMap<string, Person>;
  readonly members: ReadonlyMap<string, readonly Person[]>;
  readonly answers: Answered[];
  readonly courses: Course[];
  longestRun: number;
}

/** From the intent to the call's leaving, at the longest. */
const underwayMs = 200;

/** Time goes on, and what happens until then happens. */
const until = (walk: Walk, at: number): void => {
  if (at <= walk.now) return;
  for (let event = walk.events[walk.cursor]; event !== undefined && event.at <= at; ) {
    const person = walk.people.get(event.customer.contact);
    if (person !== undefined) walk.answers.push(live(person, event.deed, event.at));
    walk.cursor += 1;
    event = walk.events[walk.cursor];
  }
  walk.now = at;
};

const wall = ({ now }: Walk): number => Math.floor(now);

const turn = (walk: Walk, kind: 'nextWrite' | 'nextSend', perSecond: number): number => {
  const at = Math.max(walk.now, walk[kind]);
  walk[kind] = at + 1000 / perSecond;
  return at;
};

const send = (walk: Walk, person: Person): void => {
  const lookedAt = walk.now;
  const seen = person.dueAt;
  const points = pointsOf(person);
  let { written } = person;
  if (mustWrite(person)) {
    const content = contentOf(person);
    until(walk, turn(walk, 'nextWrite', pace.write));
    written = { content, at: wall(walk) };
  }
  const leavesAt = turn(walk, 'nextSend', pace.send_flow);
  until(walk, leavesAt - leadMs);
  const intendedAt = walk.now;
  // A STOP, or a farewell, that came since the look; and a call is on its way for so long that the quiet hours may begin.
  const { program } = person.customer;
  const hushed = [0, underwayMs].some(
    (more) => quietUntil(wall(walk) + more, program, zoneFor(program, person.offset)) !== undefined,
  );
  const wentOut = person.dueAt === seen && !hushed && reasonAgainst(person, wall(walk)) === undefined;
  walk.courses.push({ person, lookedAt, intendedAt, wentOut });
  if (!wentOut) return;
  intend(person, wall(walk), written);
  until(walk, leavesAt);
  person.story.push({ at: wall(walk), what: `sent ${points}` });
};

const isQuiet = (walk: Walk, terms: Terms): boolean =>
  terms.clock === 'program' && quietUntil(wall(walk), terms, terms.zone) !== undefined;

/** One sender for one program: oldest first, until its time is over or the hours are quiet. */
const serve = (walk: Walk, terms: Terms): void => {
  const servedAt = wall(walk);
  const endsAt = walk.now + shiftMs;
  walk.nextWrite = Math.max(walk.nextWrite, walk.now + 1000 / pace.write);
  walk.nextSend = Math.max(walk.nextSend, walk.now + 1000 / pace.send_flow);
  const place = ({ customer: { contact } }: Person) => walk.place(terms.id, servedAt, contact);
  const due = (walk.members.get(terms.id) ?? [])
    .flatMap((person) => {
      const { dueAt } = person;
      return dueAt === undefined || dueAt > servedAt ? [] : [{ person, dueAt, place: place(person) }];
    })
    .toSorted(
      (a, b) =>
        a.dueAt - b.dueAt ||
        a.place - b.place ||
        (a.person.customer.contact < b.person.customer.contact ? -1 : 1),
    );
  let served = 0;
  for (const { person, dueAt } of due) {
    if (walk.now >= endsAt || isQuiet(walk, terms)) break;
    served += 1;
    if (person.dueAt === dueAt && judge(person, wall(walk))) send(walk, person);
  }
  walk.longestRun = Math.max(walk.longestRun, served);
};

const oldest = (walk: Walk, terms: Terms): number | undefined => {
  let least: number | undefined;
  for (const { dueAt } of walk.members.get(terms.id) ?? [])
    if (dueAt !== undefined && (least === undefined || dueAt < least)) least = dueAt;
  return least;
};

const alphabetical = programs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
/** Nobody who joins is due within this time, so it may be looked ahead. */
const lookAheadMs = 24 * 60 * minuteMs;

/** Tells the year. */
export const tellYear = (given: Given): Told => {
  const people = new Map(given.customers.map((customer) => [customer.contact, newPerson(customer)]));
  const walk: Walk = {
    ...given,
    now: given.begins,
    cursor: 0,
    nextWrite: 0,
    nextSend: 0,
    people,
    members: Map.groupBy(people.values(), ({ customer }) => customer.program.id),
    answers: [],
    courses: [],
    longestRun: 0,
  };
  for (let last = given.begins; walk.now < given.ends; ) {
    const waiting = alphabetical.flatMap((terms) => {
      const dueAt = oldest(walk, terms);
      return dueAt === undefined ? [] : [{ terms, dueAt }];
    });
    const at = nextSweep(walk.now, last, waiting);
    until(walk, Math.min(at, walk.now + lookAheadMs, given.ends));
    if (walk.now !== at || at >= given.ends) continue;
    last = at;
    const found = alphabetical.filter(
      (terms) => !isQuiet(walk, terms) && (oldest(walk, terms) ?? Number.POSITIVE_INFINITY) <= walk.now,
    );
    for (const terms of found) serve(walk, terms);
  }
  const { answers, courses, longestRun } = walk;
  return { people, answers, courses, longestRun };
};
