/**
 * What each operation asks of DynamoDB: requests, consumed units and bytes on the wire, at histories of very different length.
 * Warm: key and program are in the function's memory, and what is sold out was looked at a moment ago.
 */
import { auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { keys } from '../functions/adapters/dynamodb/keys.ts';
import { getItems } from '../functions/adapters/dynamodb/read.ts';
import { normalizeEmail } from '../functions/domain/email.ts';
import { contactId, instant } from '../functions/domain/ids.ts';
import { bytesTolerance, type OperationBudget, operationBudgets } from './budgets.ts';
import { type Habit, type Person, writeHistory } from './histories.ts';
import { type House, openHouse, type Shop } from './house.ts';
import { grouped, type Measurement, type Outcome, table as textTable } from './measurement.ts';
import { type Counting, type Meter, meterOn, type Sent } from './meter.ts';
import {
  codesOf,
  limitedRewards,
  limitedSteps,
  lookAtShelves,
  plainSteps,
  type RareCase,
  type RareName,
  rareCases,
  rareNames,
  type Stage,
  type Step,
  unlimitedVisit,
} from './steps.ts';

/** One call, as it was counted. */
export interface Counted {
  readonly operation: string;
  readonly entries: number;
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  readonly bytes: number;
  readonly commands: string;
}

const count = async (meter: Meter, stage: Stage, step: Step): Promise<readonly Sent[]> => {
  await step.before?.(stage);
  let result = '';
  const sent = await meter.during(stage.counting, async () => {
    ({ result } = await stage.shop.chat(step.verb, step.body(stage)));
  });
  if (result !== step.result) throw new Error(`${step.operation}: expected ${step.result}, came ${result}`);
  return sent;
};

const sum = (sent: readonly Sent[], part: 'reads' | 'writes' | 'bytes'): number =>
  sent.reduce((total, one) => total + one[part], 0);

const shortName = (command: string): string => command.replace(/(Item)?Command$/, '');

const countedOf = (
  operation: string,
  entries: number,
  units: readonly Sent[],
  bytes: readonly Sent[],
): Counted => {
  if (units.length !== bytes.length)
    throw new Error(`${operation}: ${units.length} requests, then ${bytes.length} for the same`);
  return {
    operation,
    entries,
    requests: units.length,
    reads: sum(units, 'reads'),
    writes: sum(units, 'writes'),
    bytes: sum(bytes, 'bytes'),
    commands: units.map(({ command }) => shortName(command)).join(' + '),
  };
};

/** Ids are as long as ManyChat's, whatever the length of the history. */
const memberOf = (entries: number, habit: Habit): Person => {
  const digits = String(entries).padStart(6, '0');
  const email = normalizeEmail(`${habit}${digits}@example.com`);
  if (email === undefined) throw new Error('a made-up address is none');
  const first = { shopper: 1, collector: 2, spender: 3 }[habit];
  return { contact: contactId.parse(`${first}4681357901${digits}`), email };
};

interface Case {
  readonly shop: Shop;
  readonly entries: number;
  readonly habit: Habit;
  readonly steps: readonly Step[];
}

const counted = async (
  meter: Meter,
  house: House,
  { shop, entries, habit, steps }: Case,
): Promise<Counted[]> => {
  const person = memberOf(entries, habit);
  const now = instant.parse(Date.now());
  await writeHistory(house.table, shop.open, person, { length: entries, habit, now });
  const stage = (counting: Counting): Stage => ({ house, shop, person, counting });
  // Warm: the first call reads the key and the program.
  await lookAtShelves(stage('units'));
  const found: Counted[] = [];
  for (const step of steps) {
    const units = await count(meter, stage('units'), step);
    const bytes = await count(meter, stage('bytes'), step);
    found.push(countedOf(step.operation, entries, units, bytes));
  }
  return found;
};

export interface Sizes {
  readonly plain: readonly number[];
  readonly limited: readonly number[];
  readonly rare: readonly RareName[];
}

/**
 * Counts every operation at every length of history, and audits the books that it worked on.
 * @throws where an answer is not the expected one, or the books are not right: then the counts mean nothing
 */
export const countOperations = async (
  { plain, limited, rare }: Sizes,
  say: (line: string) => void,
): Promise<{ counted: Counted[]; books: ReadonlyMap<number, number> }> => {
  const house = await openHouse();
  try {
    const meter = meterOn(house.table.client);
    const shop = await house.open('plain', { activities: [unlimitedVisit] });
    // Shelves that nobody took from yet, for every length.
    const openScarce = async (entries: number): Promise<Shop> => {
      const id = `scarce-${String(entries).padStart(6, '0')}`;
      const opened = await house.open(id, { activities: [unlimitedVisit], rewards: limitedRewards });
      for (const reward of ['film', 'song']) await opened.store(reward, codesOf(reward));
      return opened;
    };
    const all: Counted[] = [];
    const books = new Map<number, number>();
    for (const entries of plain) {
      say(`${grouped(entries)} entries`);
      all.push(...(await counted(meter, house, { shop, entries, habit: 'shopper', steps: plainSteps })));
      const key = keys.member(shop.open.program.id, memberOf(entries, 'shopper').contact);
      const [item] = await getItems(house.table, [key], AbortSignal.timeout(5_000));
      books.set(entries, Buffer.byteLength(JSON.stringify(item)));
    }
    for (const entries of limited) {
      const scarce = await openScarce(entries);
      all.push(
        ...(await counted(meter, house, { shop: scarce, entries, habit: 'shopper', steps: limitedSteps })),
      );
    }
    for (const name of rare) {
      const { scarce, ...rest }: RareCase = rareCases[name];
      const at = scarce ? await openScarce(rest.entries) : shop;
      all.push(...(await counted(meter, house, { ...rest, shop: at })));
      house.startPoolsAt('first symbol');
    }
    say('audit');
    const { violations } = await auditTable(house.table, AbortSignal.timeout(600_000));
    if (violations.length > 0) throw new Error(`the books are not right: ${JSON.stringify(violations[0])}`);
    return { counted: all, books };
  } finally {
    await house.stop();
  }
};

const budgetOf = (operation: string): OperationBudget | undefined =>
  Object.entries(operationBudgets).find(([name]) => name === operation)?.[1];

/** One sentence for each count that is above its budget. */
export const overBudget = (all: readonly Counted[]): string[] =>
  all.flatMap((one) => {
    const budget = budgetOf(one.operation);
    if (budget === undefined) return [];
    return (['requests', 'reads', 'writes'] as const)
      .filter((part) => one[part] > budget[part])
      .map(
        (part) =>
          `${one.operation} at ${grouped(one.entries)} entries: ${one[part]} ${part}, at most ${budget[part]} (${one.commands})`,
      );
  });

/** One sentence for each operation that asks otherwise of a long history than of the shortest. */
export const growing = (all: readonly Counted[]): string[] =>
  [...Map.groupBy(all, ({ operation }) => operation).values()].flatMap(([first, ...longer]) =>
    first === undefined || budgetOf(first.operation) === undefined
      ? []
      : longer.flatMap((one) => {
          const at = `${one.operation} at ${grouped(one.entries)} entries:`;
          const moved = (['requests', 'reads', 'writes'] as const)
            .filter((part) => one[part] !== first[part])
            .map((part) => `${at} ${one[part]} ${part}, ${first[part]} at ${grouped(first.entries)}`);
          const off = Math.abs(one.bytes - first.bytes) / first.bytes;
          const bytes = `${at} ${one.bytes} bytes, ${first.bytes} at ${grouped(first.entries)}`;
          return off > bytesTolerance ? [...moved, bytes] : moved;
        }),
  );

const rowsOf = (all: readonly Counted[]): string[][] =>
  all.map(({ operation, entries, requests, reads, writes, bytes, commands }) => [
    operation,
    grouped(entries),
    String(requests),
    String(reads),
    String(writes),
    grouped(bytes),
    commands,
  ]);

const byOperation = (all: readonly Counted[]): Counted[] =>
  [...Map.groupBy(all, ({ operation }) => operation).values()].flat();

export const operations: Measurement = {
  name: 'operations',
  about: 'requests, units and bytes of each operation at 10, 1,000 and 100,000 entries',
  run: async ({ quick, say }): Promise<Outcome> => {
    const plain = quick ? [10, 1_000] : [10, 1_000, 100_000];
    const { counted: all, books } = await countOperations(
      { plain, limited: [10, 1_000], rare: rareNames },
      say,
    );
    const sizes = [...books].map(([entries, bytes]) => `${grouped(bytes)} B at ${grouped(entries)}`);
    return {
      lines: [
        ...textTable(
          ['operation', 'entries', 'requests', 'RRU', 'WRU', 'bytes', 'sent'],
          rowsOf(byOperation(all)),
        ),
        `the member's own item, as JSON: ${sizes.join(', ')}`,
      ],
      broken: [...overBudget(all), ...growing(all)].map((sentence) => `operations: ${sentence}`),
    };
  },
};
