/** What a scan finds, put where it belongs: by member, by e-mail, by stock counter. */
import type { Violation } from '../../domain/audit.ts';
import { contact } from '../../domain/contact.ts';
import { type Coupon, coupon, hasCode } from '../../domain/coupon.ts';
import { type Entry, entry } from '../../domain/entry.ts';
import { normalizeCouponCode, type ProgramId, programId } from '../../domain/ids.ts';
import type { KeyRecord } from '../../domain/ledger.ts';
import { isActive, type Member, member } from '../../domain/member.ts';
import { type Order, order } from '../../domain/order.ts';
import { noOwners, noteEmail, type Owners } from './audit-owners.ts';
import { noteCounter, notePiece, type Shelves } from './audit-stock.ts';
import { secretsRow } from './gate.ts';
import { contactSk, entrySk, indexKeys, type Key, keys, memberPk, memberSk, orderSk } from './keys.ts';
import { keyRow, poolRow } from './load.ts';
import type { Item } from './read.ts';

/** What a scan found of one contact of one program. */
export interface Pile {
  readonly pk: string;
  books: Member | undefined;
  readonly entries: Entry[];
  readonly orders: Order[];
  readonly coupons: Coupon[];
  readonly keys: KeyRecord[];
}

export interface Piles {
  readonly byMember: Map<string, Pile>;
  readonly owners: Owners;
  readonly shelves: Shelves;
  readonly unreadable: Violation[];
  counts: { members: number; entries: number; orders: number; coupons: number };
}

export const emptyPiles = (): Piles => ({
  byMember: new Map(),
  owners: noOwners(),
  shelves: new Map(),
  unreadable: [],
  counts: { members: 0, entries: 0, orders: 0, coupons: 0 },
});

export const pileOf = ({ byMember }: Piles, pk: string): Pile => {
  const known = byMember.get(pk);
  if (known !== undefined) return known;
  const pile: Pile = { pk, books: undefined, entries: [], orders: [], coupons: [], keys: [] };
  byMember.set(pk, pile);
  return pile;
};

/** `P#demo` of any key of the program. */
export const programPart = (pk: string): string => pk.split('#').slice(0, 2).join('#');
const programOf = (pk: string): ProgramId => programId.parse(pk.split('#')[1]);
const ownerPk = (pk: string, contact: string): string => `${programPart(pk)}#M#${contact}`;

/** An item says itself where it lies; one that lies elsewhere was changed. */
const requireKey = ({ pk, sk }: Item, key: Key): void => {
  if (pk !== key.pk || sk !== key.sk) throw new Error('the item lies under the key of another');
};

const sortMember = (piles: Piles, pk: string, item: Item): void => {
  piles.counts.members += 1;
  const read = member.parse(item);
  requireKey(item, keys.member(programOf(pk), read.contact));
  pileOf(piles, pk).books = read;
  if (isActive(read)) piles.owners.active.add(pk);
};

const sortEntry = (piles: Piles, pk: string, item: Item): void => {
  piles.counts.entries += 1;
  const read = entry.parse(item);
  requireKey(item, { pk, sk: entrySk(read.seq) });
  pileOf(piles, pk).entries.push(read);
};

const sortKey = (piles: Piles, pk: string, item: Item): void => {
  const read = keyRow.parse(item);
  requireKey(item, keys.businessKey(programOf(pk), read.contact, read.verb, read.key));
  pileOf(piles, pk).keys.push(read);
};

const sortOrder = (piles: Piles, pk: string, item: Item): void => {
  piles.counts.orders += 1;
  const read = order.parse(item);
  const { store, number, id = '' } = read;
  const program = programOf(pk);
  const current = item['sk'] === orderSk;
  requireKey(
    item,
    current ? keys.order(program, store, number) : keys.archivedOrder(program, store, number, id),
  );
  const { claim } = read;
  if (claim === undefined) return;
  for (const owner of new Set([claim.contact, claim.from?.contact ?? claim.contact]))
    pileOf(piles, ownerPk(pk, owner)).orders.push(read);
};

const sortCoupon = (piles: Piles, pk: string, item: Item): void => {
  piles.counts.coupons += 1;
  const read = coupon.parse(item);
  const program = programOf(pk);
  requireKey(item, keys.coupon(program, read.key));
  // Customers and owner find it by its index attributes only.
  const owner = hasCode(read) ? memberPk(program, read.contact) : undefined;
  const [duePk, dueAt] =
    read.state === 'requested'
      ? [indexKeys.tasks(program), read.issuedAt]
      : read.nextAt === undefined
        ? []
        : [indexKeys.due(program, 'coupon'), read.nextAt];
  if (item['ownerPk'] !== owner || item['duePk'] !== duePk || item['dueAt'] !== dueAt)
    throw new Error('the coupon lies under another owner');
  pileOf(piles, ownerPk(pk, read.contact)).coupons.push(read);
  notePiece(piles.shelves, programPart(pk), read);
};

const sortContact = (piles: Piles, pk: string, item: Item): void => {
  const read = contact.parse(item);
  const program = programOf(pk);
  requireKey(item, keys.contact(program, read.contact));
  // Who is due is found by both attributes of the index, or never.
  const duePk = read.dueAt === undefined ? undefined : indexKeys.due(program, 'remind');
  if (item['duePk'] !== duePk) throw new Error('the person is due where nobody looks');
  piles.owners.persons.set(pk, item);
};

const requirePoolCode = (item: Item): void => {
  if (item['sk'] !== `POOL#${normalizeCouponCode(poolRow.parse(item).code)}`)
    throw new Error('the code lies under the key of another');
};

/** Puts an item where it belongs. Items that audit has nothing to say about are passed over. */
const sort = (piles: Piles, item: Item): void => {
  const [pk, sk] = [String(item['pk']), String(item['sk'])];
  const { owners, shelves } = piles;
  if (sk === memberSk) sortMember(piles, pk, item);
  else if (sk.startsWith('E#')) sortEntry(piles, pk, item);
  else if (sk.startsWith('K#')) sortKey(piles, pk, item);
  else if (sk.startsWith(orderSk)) sortOrder(piles, pk, item);
  else if (sk === 'COUPON') sortCoupon(piles, pk, item);
  else if (sk.startsWith('STOCK#')) noteCounter(shelves, pk, item);
  else if (sk.startsWith('POOL#')) requirePoolCode(item);
  else if (sk === 'EMAIL') noteEmail(owners, pk, item);
  else if (sk === 'SECRETS') owners.emailKeys.set(pk, secretsRow.parse(item).emailKey);
  else if (sk === contactSk) sortContact(piles, pk, item);
};

/** Where an item lies, without what may not be repeated: codes and e-mails. */
const placeOf = (pk: string, sk: string): string => {
  const [, program, kind] = pk.split('#');
  if (kind === 'C') return `${program} a coupon`;
  if (kind === 'EMAIL') return `${program} an e-mail`;
  if (sk.startsWith('POOL#')) return `${program} a code of a pool`;
  return `${pk.replace(/^P#/, '').replace(/#[A-Z]#/, '/')} ${sk}`;
};

/** Puts an item where it belongs, or down as one that was changed. */
export const sorted = (piles: Piles, item: Item): void => {
  try {
    sort(piles, item);
  } catch {
    // What a schema refuses was changed by somebody else than us; its content may not be repeated.
    piles.unreadable.push({
      invariant: 8,
      where: placeOf(String(item['pk']), String(item['sk'])),
      message: 'the item is not what its key says it is',
    });
  }
};
