/**
 * The table as the domain sees it: what is wanted is found, and a change is written as a whole under what was read, or not at all.
 * It lets tests run decisions one after the other and at the same time.
 */
import { isDeepStrictEqual } from 'node:util';
import { auditMember } from '../../functions/domain/audit.ts';
import { auditCopies } from '../../functions/domain/audit-copies.ts';
import type { Contact } from '../../functions/domain/contact.ts';
import type { Coupon } from '../../functions/domain/coupon.ts';
import type { Entry } from '../../functions/domain/entry.ts';
import type { ContactId } from '../../functions/domain/ids.ts';
import type {
  Change,
  Decision,
  EmailRecord,
  KeyRecord,
  Loaded,
  Wanted,
} from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import type { Order } from '../../functions/domain/order.ts';

/** A decision that was taken and not written yet. */
export interface Ticket<A> {
  readonly found: Loaded;
  readonly answer: A;
  readonly change: Change | undefined;
}

const keyName = ({ contact, verb, key }: Pick<KeyRecord, 'contact' | 'verb' | 'key'>) =>
  `${contact} ${verb} ${key}`;
const orderName = ({ store, number }: { store: string; number: string }) => `${store} ${number}`;
const archiveName = (order: { store: string; number: string; id?: string | undefined }) =>
  `${orderName(order)} ${order.id}`;

const both = (a: Wanted, b: Wanted): Wanted => ({
  ...a,
  ...b,
  emails: [...(a.emails ?? []), ...(b.emails ?? [])],
  orders: [...(a.orders ?? []), ...(b.orders ?? [])],
  coupons: [...(a.coupons ?? []), ...(b.coupons ?? [])],
});

const present = <T>(items: readonly (T | undefined)[]): T[] => items.flatMap((item) => (item ? [item] : []));

export class World {
  readonly members = new Map<string, Member>();
  readonly people = new Map<string, Contact>();
  readonly entries = new Map<string, Entry[]>();
  readonly emails = new Map<string, EmailRecord>();
  readonly orders = new Map<string, Order>();
  readonly archive = new Map<string, Order>();
  readonly coupons = new Map<string, Coupon>();
  readonly keys = new Map<string, KeyRecord>();
  readonly counters = new Map<string, Map<number, number>>();

  look(wanted: Wanted): Loaded {
    const member = this.members.get(wanted.contact ?? '');
    const contact = this.people.get(wanted.contact ?? '');
    const other = {
      member: this.members.get(wanted.other ?? ''),
      contact: this.people.get(wanted.other ?? ''),
    };
    const archived = wanted.archived && this.archive.get(archiveName(wanted.archived));
    const key = wanted.key && this.keys.get(keyName(wanted.key));
    const counters = this.counters.get(wanted.counters ?? '') ?? new Map<number, number>();
    return {
      ...(member && { member }),
      ...(contact && { contact }),
      ...(wanted.other && {
        other: {
          ...(other.member && { member: other.member }),
          ...(other.contact && { contact: other.contact }),
        },
      }),
      ...(archived && { archived }),
      ...(key && { key }),
      emails: present((wanted.emails ?? []).map((email) => this.emails.get(email))),
      orders: present((wanted.orders ?? []).map((ref) => this.orders.get(orderName(ref)))),
      coupons: present((wanted.coupons ?? []).map((code) => this.coupons.get(code))),
      counters: new Map(counters),
      asked: wanted,
    };
  }

  decide<A>(first: Wanted, judge: (found: Loaded) => Decision<A>): Ticket<A> {
    let wanted = first;
    for (let looks = 0; looks < 6; looks += 1) {
      const found = this.look(wanted);
      const decision = judge(found);
      if (decision.kind === 'answer') return { found, answer: decision.answer, change: decision.change };
      wanted = both(wanted, decision.wanted);
    }
    throw new Error('a decision never saw enough');
  }

  /** Whether everything is still as the decision saw it. */
  stands({ found, change = {} }: Ticket<unknown>): boolean {
    const firsts = [...Map.groupBy(change.postings ?? [], ({ books }) => books.contact).values()];
    const { order, archive, coupon, key, stock, contact, otherContact } = change;
    const kept = order?.archived === true ? this.archive.get(archiveName(order.after)) : undefined;
    const current = order && (order.archived === true ? kept : this.orders.get(orderName(order.after)));
    const counter = this.counters.get(stock?.reward ?? '')?.get(stock?.index ?? 0) ?? 0;
    const guarded = (one: typeof contact, read: Contact | undefined): boolean => {
      const person = this.people.get(one?.contact ?? '');
      return one?.guard.every((name) => isDeepStrictEqual(person?.[name], read?.[name])) ?? true;
    };
    return [
      ...firsts.map(
        ([first]) => (this.members.get(first?.books.contact ?? '')?.seq ?? 0) + 1 === first?.entry.seq,
      ),
      order === undefined || current?.rev === order.before?.rev,
      archive === undefined || !this.archive.has(archiveName(archive)),
      coupon === undefined || this.coupons.get(coupon.after.key)?.rev === coupon.before?.rev,
      key === undefined || !this.keys.has(keyName(key)),
      (change.emails ?? []).every(({ before, after }) => this.emails.get(after.email)?.rev === before?.rev),
      stock === undefined || (stock.pieces === 1 ? counter < stock.capacity : counter > 0),
      guarded(contact, found.contact),
      guarded(otherContact, found.other?.contact),
    ].every(Boolean);
  }

  /** Writes the change of a decision, or nothing where something moved on. */
  commit(ticket: Ticket<unknown>): boolean {
    if (!this.stands(ticket)) return false;
    const { change = {} } = ticket;
    for (const { books, entry } of change.postings ?? []) {
      this.members.set(books.contact, books);
      this.entries.set(books.contact, [...(this.entries.get(books.contact) ?? []), entry]);
    }
    for (const { after } of change.emails ?? []) this.emails.set(after.email, after);
    this.write(change);
    return true;
  }

  private write({ order, archive, coupon, key, freedKey, stock, contact, otherContact }: Change): void {
    if (order?.archived === true) this.archive.set(archiveName(order.after), order.after);
    else if (order !== undefined) this.orders.set(orderName(order.after), order.after);
    if (archive !== undefined) this.archive.set(archiveName(archive), archive);
    if (coupon !== undefined) this.coupons.set(coupon.after.key, coupon.after);
    if (key !== undefined) this.keys.set(keyName(key), key);
    if (freedKey !== undefined) this.keys.delete(keyName(freedKey));
    if (stock !== undefined) {
      const counters = this.counters.get(stock.reward) ?? new Map<number, number>();
      counters.set(stock.index, (counters.get(stock.index) ?? 0) + stock.pieces);
      this.counters.set(stock.reward, counters);
    }
    for (const one of [contact, otherContact]) {
      if (one === undefined) continue;
      const person: Contact = { contact: one.contact, ...this.people.get(one.contact), ...one.set };
      for (const name of one.clear ?? []) delete person[name];
      this.people.set(one.contact, person);
    }
  }

  run<A>(wanted: Wanted, judge: (found: Loaded) => Decision<A>): A {
    const ticket = this.decide(wanted, judge);
    if (!this.commit(ticket)) throw new Error('nothing moved, and still the change was not written');
    return ticket.answer;
  }

  /** Two decisions on the same state: the first is written, the second only where it still stands; else it is taken again. */
  race<A, B>(first: () => Ticket<A>, second: () => Ticket<B>): [A, B] {
    const [a, b] = [first(), second()];
    if (!this.commit(a)) throw new Error('nothing moved, and still the change was not written');
    if (this.commit(b)) return [a.answer, b.answer];
    const again = second();
    if (!this.commit(again)) throw new Error('nothing moved, and still the change was not written');
    return [a.answer, again.answer];
  }

  violations(contact: ContactId): string[] {
    const books = this.members.get(contact);
    if (books === undefined) return [];
    const everyOrder = [...this.orders.values(), ...this.archive.values()];
    const dossier = {
      where: contact,
      books,
      entries: this.entries.get(contact) ?? [],
      orders: everyOrder.filter(
        ({ claim }) => claim?.contact === contact || claim?.from?.contact === contact,
      ),
      coupons: [...this.coupons.values()].filter((coupon) => coupon.contact === contact),
      keys: [...this.keys.values()].filter((key) => key.contact === contact),
    };
    return [...auditMember(dossier), ...auditCopies(dossier)].map(
      ({ invariant, message }) => `${invariant}: ${message}`,
    );
  }
}
