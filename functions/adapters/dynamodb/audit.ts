/**
 * Reads the whole table and recomputes the invariants from its items. Right on a live table too: a scan is no snapshot, so a
 * member with a finding is read again until nothing moved while it was read.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { auditMember, type Dossier, type Violation } from '../../domain/audit.ts';
import { auditCopies } from '../../domain/audit-copies.ts';
import { canonical } from '../../domain/entry.ts';
import { auditOwners } from './audit-owners.ts';
import { emptyPiles, type Pile, pileOf, programPart, sorted } from './audit-piles.ts';
import { auditShelves } from './audit-stock.ts';
import type { Table } from './client.ts';
import { reading } from './faults.ts';
import { memberSk } from './keys.ts';
import { getItems, type Item, queryRange, type Range } from './read.ts';

export interface AuditReport {
  readonly ok: boolean;
  /** Contact ids with books, those who left included. */
  readonly members: number;
  readonly entries: number;
  readonly orders: number;
  readonly coupons: number;
  readonly violations: readonly Violation[];
}

async function* scan(table: Table, signal: AbortSignal): AsyncGenerator<Item> {
  let start: ScanCommandInput['ExclusiveStartKey'];
  do {
    const input: ScanCommandInput = {
      TableName: table.name,
      ConsistentRead: true,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    };
    const page = await reading(signal, () =>
      table.client.send(new ScanCommand(input), { abortSignal: signal }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

const dossierOf = (pile: Pile): Dossier => ({
  where: pile.pk.replace(/^P#/, '').replace('#M#', '/'),
  books: pile.books,
  entries: pile.entries.sort((a, b) => a.seq - b.seq),
  orders: pile.orders,
  coupons: pile.coupons,
  keys: pile.keys,
});

const pageSize = 1000;

/** A member's whole partition, page after page. */
const partition = async (table: Table, pk: string, signal: AbortSignal): Promise<Item[]> => {
  const items: Item[] = [];
  for (let from = ' '; ; ) {
    const range: Range = { pk, from, to: '~' };
    const page = await queryRange(table, range, { limit: pageSize }, signal);
    items.push(...page);
    if (page.length === 0) return items;
    from = `${String(page.at(-1)?.['sk'])} `;
  }
};

/** Keys of the orders and coupons that a member's entries name, and of those that named the member in the scan. */
const relatedKeys = (pile: Pile, seen: Pile): { pk: string; sk: string }[] => {
  const program = programPart(pile.pk);
  const orders = [
    ...pile.entries.map(({ source }) => source),
    ...seen.orders.map((held) => ({ kind: 'order', store: held.store, order: held.number, id: held.id })),
  ];
  const keys = new Map<string, { pk: string; sk: string }>();
  const add = (pk: string, sk: string) => keys.set(`${pk} ${sk}`, { pk, sk });
  for (const source of orders) {
    if (!('order' in source) || source.kind !== 'order') continue;
    const pk = `${program}#O#${source.store}#${source.order}`;
    add(pk, 'ORDER');
    if (source.id !== undefined) add(pk, `ORDER#${source.id}`);
  }
  for (const { source } of pile.entries)
    if (source.kind === 'redemption') add(`${program}#C#${source.coupon}`, 'COUPON');
  for (const { key } of seen.coupons) add(`${program}#C#${key}`, 'COUPON');
  return [...keys.values()];
};

/** Every finding in what is known of one member. */
const findingsOf = (pile: Pile): Violation[] => {
  const dossier = dossierOf(pile);
  return [...auditMember(dossier), ...auditCopies(dossier)];
};

const seqOf = (items: readonly Item[]): unknown => items.find(({ sk }) => sk === memberSk)?.['seq'];

/** Reads one member again. `still`: the books did not move meanwhile. */
const readAgain = async (
  table: Table,
  seen: Pile,
  signal: AbortSignal,
): Promise<{ still: boolean; found: Violation[] }> => {
  const piles = emptyPiles();
  const own = await partition(table, seen.pk, signal);
  for (const item of own) sorted(piles, item);
  const pile = pileOf(piles, seen.pk);
  for (const item of await getItems(table, relatedKeys(pile, seen), signal)) sorted(piles, item);
  const now = await getItems(table, [{ pk: seen.pk, sk: memberSk }], signal);
  return { still: seqOf(own) === seqOf(now), found: findingsOf(pile) };
};

const maxReadings = 24;
const longestPauseMs = 500;

/**
 * A finding stands once two readings in a row found it while the books stood still: orders and coupons move without the books
 * now and then. Of books that never stand still, only what no reading was without.
 */
const settled = async (table: Table, seen: Pile, signal: AbortSignal): Promise<readonly Violation[]> => {
  let always = findingsOf(seen);
  let last = '';
  for (let reading = 0; reading < maxReadings && always.length > 0; reading += 1) {
    if (reading > 1) await pause(Math.min(longestPauseMs, 20 * reading));
    const { still, found } = await readAgain(table, seen, signal);
    const told = still ? canonical(found) : '';
    if (told !== '' && (told === last || found.length === 0)) return found;
    last = told;
    always = always.filter(({ message }) => found.some((other) => other.message === message));
  }
  return always;
};

/** So many members are read again at once. */
const parallel = 8;

const settledAll = async (
  table: Table,
  piles: readonly Pile[],
  signal: AbortSignal,
): Promise<readonly Violation[]> => {
  const waiting = [...piles];
  const found: Violation[] = [];
  const worker = async (): Promise<void> => {
    for (let pile = waiting.shift(); pile !== undefined; pile = waiting.shift())
      found.push(...(await settled(table, pile, signal)));
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return found;
};

/** No reward has more. */
const maxCounters = 16;

/** Recomputes invariants 1 to 8 of every program in the table. */
export const auditTable = async (table: Table, signal: AbortSignal): Promise<AuditReport> => {
  const piles = emptyPiles();
  for await (const item of scan(table, signal)) sorted(piles, item);
  const violations: Violation[] = [...piles.unreadable];
  violations.push(...(await settledAll(table, [...piles.byMember.values()], signal)));
  violations.push(...(await auditOwners(table, piles.owners, signal)));
  const stock = {
    scan: () => scan(table, signal),
    counters: (pk: string) =>
      queryRange(table, { pk, from: 'STOCK#', to: 'STOCK#~' }, { limit: maxCounters }, signal),
  };
  violations.push(...(await auditShelves(piles.shelves, stock)));
  return { ok: violations.length === 0, ...piles.counts, violations };
};
