/** What it costs to ask who is due: it must follow from how many are due, and never from how many members there are. */
import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import { type Instant, later } from '../functions/domain/ids.ts';
import { systemClock } from '../functions/wiring.ts';
import { duePerReadUnit } from './budgets.ts';
import { type Item, writeItems } from './histories.ts';
import { type House, openHouse, type Shop } from './house.ts';
import { grouped, type Measurement, type Outcome, table as textTable } from './measurement.ts';
import { type Meter, meterOn, type Sent } from './meter.ts';
import { dueContact, numbered } from './reminder-members.ts';

const dueOfThem = 300;
const dayMs = 86_400_000;

export interface Asked {
  readonly members: number;
  readonly due: number;
  /** Members that were named. */
  readonly named: number;
  /** Read units of all pages. */
  readonly pages: number;
  /** Read units of the tick's look at the one who waits longest. */
  readonly tick: number;
}

/** The due ones lie among the others, as they joined. */
function* contacts({ open }: Shop, members: number, due: number, now: Instant): Generator<Item> {
  const every = due === 0 ? Number.POSITIVE_INFINITY : Math.floor(members / due);
  let left = due;
  for (let n = 0; n < members; n += 1) {
    const isDue = left > 0 && n % every === 0;
    if (isDue) left -= 1;
    const dueAt = isDue ? later(now, -60_000 - n) : later(now, dayMs + n * 1_000);
    yield dueContact(open, numbered(1, n), dueAt);
  }
}

const readsOf = (sent: readonly Sent[]): number => sent.reduce((sum, { reads }) => sum + reads, 0);

const ask = async (house: House, meter: Meter, members: number, due: number): Promise<Asked> => {
  const shop = await house.open(`m-${String(members).padStart(6, '0')}-${String(due).padStart(3, '0')}`, {});
  const now = systemClock.now();
  await writeItems(house.table, contacts(shop, members, due, now));
  const agenda = dynamoAgenda(house.table);
  const { id } = shop.open.program;
  const { signal } = new AbortController();
  let named = 0;
  const pages = await meter.during('units', async () => {
    for await (const page of agenda.due(id, 'remind', now, signal)) named += page.length;
  });
  const tick = await meter.during('units', async () => {
    await agenda.oldest(id, 'remind', now, signal);
  });
  return { members, due, named, pages: readsOf(pages), tick: readsOf(tick) };
};

/** @throws where others are named than those who are due: then the counts mean nothing */
export const askWhoIsDue = async (
  sizes: readonly number[],
  say: (line: string) => void,
): Promise<Asked[]> => {
  const house = await openHouse();
  try {
    const meter = meterOn(house.table.client);
    const all: Asked[] = [];
    for (const due of [dueOfThem, 0]) {
      for (const members of sizes) {
        say(`${due} due among ${grouped(members)} members`);
        const asked = await ask(house, meter, members, due);
        if (asked.named !== due) throw new Error(`${asked.named} were named, ${due} are due`);
        all.push(asked);
      }
    }
    return all;
  } finally {
    await house.stop();
  }
};

/** One sentence for each count that is above its budget, or that grows with the members. */
export const readFaults = (all: readonly Asked[]): string[] => [
  ...all.flatMap(({ members, due, pages, tick }) => {
    // Asking costs something even where nobody is due: the least that DynamoDB counts.
    const most = Math.max(due / duePerReadUnit, 0.5);
    const at = `${due} due among ${grouped(members)} members:`;
    return [
      ...(pages > most ? [`${at} ${pages} RRU, at most ${most}`] : []),
      ...(tick > 0.5 ? [`${at} the tick reads ${tick} RRU, at most 0.5`] : []),
    ];
  }),
  ...[...Map.groupBy(all, ({ due }) => due).values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : more
          .filter(({ pages, tick }) => pages !== first.pages || tick !== first.tick)
          .map(
            ({ members, due, pages, tick }) =>
              `${due} due among ${grouped(members)} members: ${pages} and ${tick} RRU, ${first.pages} and ${first.tick} among ${grouped(first.members)}`,
          ),
  ),
];

export const reminderReads: Measurement = {
  name: 'reminder-reads',
  about: 'read units of asking who is due, among 1,000 and among 100,000 members',
  run: async ({ quick, say }): Promise<Outcome> => {
    const all = await askWhoIsDue(quick ? [1_000, 10_000] : [1_000, 100_000], say);
    const rows = all.map(({ members, due, pages, tick }) => [
      grouped(members),
      String(due),
      String(pages),
      due === 0 ? '' : (due / pages).toFixed(0),
      String(tick),
    ]);
    return {
      lines: textTable(['members', 'due', 'RRU of the sender', 'due for each RRU', 'RRU of the tick'], rows),
      broken: readFaults(all).map((sentence) => `reminder-reads: ${sentence}`),
    };
  },
};
