/**
 * Reads the whole table and recomputes the invariants from its items. Right on a live table too: a scan is no snapshot, so a
 * member with a finding is read again until nothing moved while it was read.
 */
import { ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { auditMember, type Dossier, type Violation } from '../../domain/audit.ts';
import { type Coupon, coupon } from '../../domain/coupon.ts';
import { type Entry, entry } from '../../domain/entry.ts';
import type { KeyRecord } from '../../domain/ledger.ts';
import { type Member, member } from '../../domain/member.ts';
import { type Order, order } from '../../domain/order.ts';
import { auditShelves, type Shelf } from './audit-stock.ts';
import type { Table } from './client.ts';
import { reading } from './faults.ts';
import { emailRow, keyRow } from './load.ts';
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

/** What a scan found of one contact of one program. */
interface Pile {
  readonly pk: string;
  books: Member | undefined;
  readonly entries: Entry[];
  readonly orders: Order[];
  readonly coupons: Coupon[];
  readonly keys: KeyRecord[];
}

interface Piles {
  readonly byMember: Map<string, Pile>;
  readonly owners: { readonly pk: string; readonly email: Item }[];
  readonly shelves: Map<string, Shelf>;
  readonly unreadable: Violation[];
  counts: { members: number; entries: number; orders: number; coupons: number };
}

const pileOf = ({ byMember }: Piles, pk: string): Pile => {
  const known = byMember.get(pk);
  if (known !== undefined) return known;
  const pile: Pile = { pk, books: undefined, entries: [], orders: [], coupons: [], keys: [] };
  byMember.set(pk, pile);
  return pile;
};

/** `P#demo` of any key of the program. */
const programPart = (pk: string): string => pk.split('#').slice(0, 2).join('#');
const ownerPk = (pk: string, contact: string): string => `${programPart(pk)}#M#${contact}`;

/** Puts an item where it belongs. Items that audit has nothing to say about are passed over. */
const sort = (piles: Piles, item: Item): void => {
  const [pk, sk] = [String(item['pk']), String(item['sk'])];
  const { counts } = piles;
  if (sk === '@MEMBER') {
    counts.members += 1;
    pileOf(piles, pk).books = member.parse(item);
  } else if (sk.startsWith('E#')) {
    counts.entries += 1;
    pileOf(piles, pk).entries.push(entry.parse(item));
  } else if (sk.startsWith('K#')) pileOf(piles, pk).keys.push(keyRow.parse(item));
  else if (sk.startsWith('ORDER')) {
    counts.orders += 1;
    const read = order.parse(item);
    if (read.claim !== undefined) pileOf(piles, ownerPk(pk, read.claim.contact)).orders.push(read);
  } else if (sk === 'COUPON') {
    counts.coupons += 1;
    const read = coupon.parse(item);
    pileOf(piles, ownerPk(pk, read.contact)).coupons.push(read);
    if (read.counter !== undefined)
      auditShelves.coupon(piles.shelves, `${programPart(pk)}#R#${read.reward}`, read.counter, read.state);
  } else if (sk.startsWith('STOCK#')) auditShelves.counter(piles.shelves, pk, item);
  else if (sk === 'EMAIL') piles.owners.push({ pk, email: item });
};

const sorted = (piles: Piles, item: Item): void => {
  try {
    sort(piles, item);
  } catch {
    // What a schema refuses was changed by somebody else than us; its content may not be repeated.
    const [pk, sk] = [String(item['pk']), String(item['sk'])];
    const where = pk.includes('#C#') ? `${programPart(pk)} a coupon` : `${pk} ${sk}`;
    piles.unreadable.push({
      invariant: 8,
      where,
      message: 'the item cannot be read as what its key says it is',
    });
  }
};

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

/** Reads one member again. @returns undefined where it moved meanwhile */
const readAgain = async (table: Table, seen: Pile, signal: AbortSignal): Promise<Pile | undefined> => {
  const piles = emptyPiles();
  for (const item of await partition(table, seen.pk, signal)) sorted(piles, item);
  const pile = pileOf(piles, seen.pk);
  for (const item of await getItems(table, relatedKeys(pile, seen), signal)) sorted(piles, item);
  const [now] = await getItems(table, [{ pk: seen.pk, sk: '@MEMBER' }], signal);
  const still = now === undefined ? undefined : now['seq'];
  return still === pile.books?.seq && piles.unreadable.length === 0 ? pileOf(piles, seen.pk) : undefined;
};

const maxReadings = 8;

/** A finding stands once it was found while nothing moved. */
const settled = async (table: Table, seen: Pile, signal: AbortSignal): Promise<readonly Violation[]> => {
  const first = auditMember(dossierOf(seen));
  if (first.length === 0) return first;
  for (let reading = 0; reading < maxReadings; reading += 1) {
    const pile = await readAgain(table, seen, signal);
    if (pile !== undefined) return auditMember(dossierOf(pile));
  }
  return first;
};

/** An e-mail belongs to a member. Looked at again where it seems not to: joining writes both, a scan may see one. */
const auditOwners = async (table: Table, piles: Piles, signal: AbortSignal): Promise<Violation[]> => {
  const found: Violation[] = [];
  for (const { pk, email } of piles.owners) {
    const { owner } = emailRow.parse(email);
    if (owner === undefined || piles.byMember.get(ownerPk(pk, owner))?.books?.status === 'active') continue;
    const [again, books] = await Promise.all([
      getItems(table, [{ pk, sk: 'EMAIL' }], signal),
      getItems(table, [{ pk: ownerPk(pk, owner), sk: '@MEMBER' }], signal),
    ]);
    if (again[0]?.['owner'] === owner && books[0]?.['status'] !== 'active') {
      found.push({
        invariant: 3,
        where: `${programPart(pk)} an e-mail`,
        message: 'it belongs to a contact who is no member',
      });
    }
  }
  return found;
};

const emptyPiles = (): Piles => ({
  byMember: new Map(),
  owners: [],
  shelves: new Map(),
  unreadable: [],
  counts: { members: 0, entries: 0, orders: 0, coupons: 0 },
});

/** Recomputes invariants 1 to 8 of every program in the table. */
export const auditTable = async (table: Table, signal: AbortSignal): Promise<AuditReport> => {
  const piles = emptyPiles();
  for await (const item of scan(table, signal)) sorted(piles, item);
  const violations: Violation[] = [...piles.unreadable];
  for (const pile of piles.byMember.values()) violations.push(...(await settled(table, pile, signal)));
  violations.push(...(await auditOwners(table, piles, signal)));
  violations.push(...(await auditShelves.settled(piles.shelves, () => scan(table, signal))));
  return { ok: violations.length === 0, ...piles.counts, violations };
};
