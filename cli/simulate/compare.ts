/** The year as it was against the year as the model tells it: member by member, instant by instant. */
import type { Contact } from '../../functions/domain/contact.ts';
import type { Answered, Event, Happening } from './events.ts';
import type { Told } from './model.ts';

/** The year as it was. */
export interface Been {
  readonly events: readonly Event[];
  readonly answers: readonly Answered[];
  readonly stories: ReadonlyMap<string, readonly Happening[]>;
  /** As the table holds them at the end. */
  readonly contacts: ReadonlyMap<string, Contact>;
}

const when = (at: number | undefined): string => (at === undefined ? 'never' : new Date(at).toISOString());

const answerDifferences = ({ events, answers }: Been, told: Told): string[] =>
  events.flatMap((event, index) => {
    const [was, should] = [answers[index], told.answers[index]];
    if (was !== undefined && was.result === should?.result && was.points === should.points) return [];
    const show = (one: Answered | undefined) =>
      one === undefined ? 'nothing' : `${one.result} ${one.points}`;
    return [
      `${event.customer.contact} ${when(event.at)}: ${event.deed.kind} was answered ${show(was)}, expected ${show(should)}`,
    ];
  });

/** The first place where two stories part; what follows from it is no news. */
const storyDifference = (name: string, was: readonly Happening[], should: readonly Happening[]): string[] => {
  const length = Math.max(was.length, should.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [was[index], should[index]];
    if (one?.at === other?.at && one?.what === other?.what) continue;
    const show = (happening: Happening | undefined) =>
      happening === undefined ? 'nothing more' : `${happening.what} at ${when(happening.at)}`;
    return [`${name}: found ${show(one)}, expected ${show(other)}`];
  }
  return [];
};

const talliesOf = (contact: Contact | undefined): Map<string, number> =>
  new Map(
    Object.entries(contact?.tally ?? {}).flatMap(([year, outcomes]) =>
      Object.entries(outcomes).map(([outcome, count]): [string, number] => [`${year} ${outcome}`, count]),
    ),
  );

const sorted = (tally: ReadonlyMap<string, number>): string => JSON.stringify([...tally].toSorted());

/** Everything in which the two differ; each a sentence. */
export const differences = (been: Been, told: Told): string[] => {
  const members = [...told.people].flatMap(([contact, person]) => {
    const name = `${person.customer.program.id} ${contact}`;
    const story = storyDifference(name, been.stories.get(contact) ?? [], person.story);
    const held = been.contacts.get(contact);
    const tally = talliesOf(held);
    return [
      ...story,
      ...(story.length === 0 && held?.dueAt !== person.dueAt
        ? [`${name}: is due ${when(held?.dueAt)}, expected ${when(person.dueAt)}`]
        : []),
      ...(sorted(tally) === sorted(person.tally)
        ? []
        : [`${name}: the tally says ${sorted(tally)}, expected ${sorted(person.tally)}`]),
    ];
  });
  return [...answerDifferences(been, told), ...members];
};

/** Outcomes of all contacts, as the table holds them. */
export const tallyOf = (contacts: Iterable<Contact>): ReadonlyMap<string, number> => {
  const sum = new Map<string, number>();
  for (const contact of contacts)
    for (const [name, count] of talliesOf(contact)) sum.set(name, (sum.get(name) ?? 0) + count);
  return sum;
};
