/** A simulation from the file's orders to the verdict. */
import { everybody } from '../../functions/adapters/dynamodb/members.ts';
import type { Contact } from '../../functions/domain/contact.ts';
import { type ProgramId, programId } from '../../functions/domain/ids.ts';
import type { OrderRow } from '../replay/orders-file.ts';
import type { Progress } from '../replay/progress.ts';
import { summing } from '../report/reminders.ts';
import { dayMs } from './clockwork.ts';
import { differences, tallyOf } from './compare.ts';
import { reportDifferences } from './compare-report.ts';
import { drawYear, yearBegins, yearEnds } from './draw-year.ts';
import type { Customer, Event, Happening } from './events.ts';
import { type Given, tellYear } from './model.ts';
import { planted } from './plant.ts';
import { type Line, violations } from './policy.ts';
import { type CallRecord, readRecord } from './record.ts';
import { sweepThrough } from './sweeping.ts';
import { programs } from './terms.ts';
import { openWorld, placeName, type World } from './world.ts';

export interface Simulation {
  readonly rows: readonly OrderRow[];
  readonly seed: number;
  /** So many customers at most. */
  readonly most?: number;
  /** Folder, or `memory`. */
  readonly data: string;
  readonly progress: Progress;
}

export interface Outcomes {
  readonly members: number;
  readonly sent: number;
  /** By reason. */
  readonly skipped: ReadonlyMap<string, number>;
  readonly later: number;
}

export interface Verdict {
  readonly customers: number;
  readonly events: number;
  readonly ordersLeftOut: number;
  readonly sweeps: number;
  readonly longestRun: number;
  /** Messages that were stopped between the look at the member and their turn. */
  readonly withheld: number;
  readonly byProgram: ReadonlyMap<string, Outcomes>;
  /** As the contacts in the table count them, by year and outcome. */
  readonly tally: ReadonlyMap<string, number>;
  readonly differences: readonly string[];
  readonly violations: readonly string[];
  readonly seconds: number;
}

const scopeIn = ({ ports }: World, program: ProgramId) => ({
  program,
  operation: ports.chance.operation(),
  signal: AbortSignal.timeout(60_000),
});

/** More lines than anybody has in a year. */
const mostLines = 1000;

const readWithinMs = 10 * 60_000;

/** What the table holds at the end: the people, their ledger's lines, and the numbers that the owner's report makes of it. */
const readBooks = async (world: World) => {
  const { ports, table } = world;
  const contacts = new Map<string, Contact>();
  const lines = new Map<string, readonly Line[]>();
  const sums = new Map<string, ReturnType<typeof summing>>();
  for (const { id } of programs) {
    const open = await ports.gate.byProgram(programId.parse(id));
    if (open !== undefined) sums.set(id, summing(open.program, ports.clock.now(), undefined));
  }
  for await (const known of everybody(table, undefined, AbortSignal.timeout(readWithinMs))) {
    const { program, contact, person } = known;
    sums.get(program)?.add(known);
    if (person !== undefined) contacts.set(contact, person);
    const entries = await ports.ledger.entries(scopeIn(world, program), contact, { limit: mostLines });
    lines.set(contact, entries.toReversed());
  }
  return { contacts, lines, reports: [...sums.values()].map((sum) => sum.report()) };
};

const storiesOf = ({ looks }: World, { started }: CallRecord): Map<string, Happening[]> => {
  const sent = started.map(({ contact, at, points }) => ({ contact, at, what: `sent ${points}` }));
  const all = [...looks, ...sent].toSorted((a, b) => a.at - b.at);
  return Map.groupBy(all, ({ contact }) => contact);
};

const outcomesOf = (
  customers: readonly Customer[],
  stories: ReadonlyMap<string, readonly Happening[]>,
  contacts: ReadonlyMap<string, Contact>,
): Map<string, Outcomes> =>
  new Map(
    programs.map((terms) => {
      const of = customers.filter(({ program }) => program.id === terms.id);
      const names = of.flatMap(({ contact }) => stories.get(contact) ?? []).map(({ what }) => what);
      const skipped = new Map<string, number>();
      for (const name of names) {
        const [kind, reason = ''] = name.split(' ');
        if (kind === 'skipped') skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      }
      const count = (kind: string) => names.filter((name) => name.startsWith(`${kind} `)).length;
      const members = of.filter(({ contact }) => contacts.has(contact)).length;
      return [terms.id, { members, sent: count('sent'), skipped, later: count('later') }];
    }),
  );

/** A step for each day of the year. */
const daily = (progress: Progress) => {
  let day = 0;
  return (now: number) => {
    for (; yearBegins + (day + 1) * dayMs <= now; day += 1) progress.step();
  };
};

const live = async ({ data, progress }: Simulation, events: readonly Event[], currency: string) => {
  progress.begin('days pass', Math.round((yearEnds - yearBegins) / dayMs));
  const world = await openWorld({ events, begins: yearBegins, currency, data, passed: daily(progress) });
  try {
    return { world, sweeps: await sweepThrough(world, yearBegins, yearEnds) };
  } catch (error) {
    await world.stop();
    throw error;
  } finally {
    progress.end();
  }
};

/** Lives through the year and judges it. */
export const simulate = async (simulation: Simulation): Promise<Verdict> => {
  const startedAt = performance.now();
  const { rows, seed, most } = simulation;
  const { customers, events: drawn, currency, ordersLeftOut } = drawYear(rows, seed, most);
  const given: Given = { customers, events: drawn, begins: yearBegins, ends: yearEnds, place: () => 0 };
  const events = planted(drawn, (rehearsed) => tellYear({ ...given, events: rehearsed }), seed);
  const { world, sweeps } = await live(simulation, events, currency);
  try {
    const { places, answers, faults, double } = world;
    const place: Given['place'] = (program, servedAt, contact) =>
      places.get(placeName(program, servedAt, contact)) ?? Number.POSITIVE_INFINITY;
    const told = tellYear({ ...given, events, place });
    const record = readRecord(double.outbox);
    const { contacts, lines, reports } = await readBooks(world);
    const stories = storiesOf(world, record);
    return {
      customers: customers.length,
      events: events.length,
      ordersLeftOut,
      sweeps,
      longestRun: told.longestRun,
      withheld: told.courses.filter(({ wentOut }) => !wentOut).length,
      byProgram: outcomesOf(customers, stories, contacts),
      tally: tallyOf(contacts.values()),
      differences: [
        ...faults,
        ...differences({ events, answers, stories, contacts }, told),
        ...reports.flatMap((of) => reportDifferences(of, told.people.values(), world.ports.clock.now())),
      ],
      violations: violations({ customers, events, answers, record, lines }),
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await world.stop();
  }
};
