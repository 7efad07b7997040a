/** A member as the reference model keeps them: what people and the shop did to them, told from the contract. */
import { dayMs, dueAfter, minuteMs, quietUntil, yearIn, zoneFor } from './clockwork.ts';
import type { Answered, Customer, Deed, Happening, ToldOrder } from './events.ts';
import { bonus, rewards } from './terms.ts';

/** Who was heard of within this time is not noted again. */
const noteEveryMs = 60 * minuteMs;

interface KnownOrder {
  told: ToldOrder;
  claim: { readonly membership: number; standing: number } | undefined;
}

export interface Person {
  readonly customer: Customer;
  member: boolean;
  membership: number;
  joinedAt: number;
  /** Spendable points less what is owed. */
  balance: number;
  won: number;
  dueAt: number | undefined;
  readonly stopped: Set<string>;
  optinEmail: boolean | undefined;
  optinPhone: boolean | undefined;
  offset: string | undefined;
  inbound: { at: number; on: string } | undefined;
  /** The last claim or redemption. */
  activeAt: number | undefined;
  sends: number[];
  /** What we wrote into the contact's fields last, and when. */
  written: { readonly content: string; readonly at: number } | undefined;
  readonly orders: Map<string, KnownOrder>;
  readonly story: Happening[];
  readonly tally: Map<string, number>;
}

export const newPerson = (customer: Customer): Person => ({
  customer,
  member: false,
  membership: 0,
  joinedAt: 0,
  balance: 0,
  won: 0,
  dueAt: undefined,
  stopped: new Set(),
  optinEmail: undefined,
  optinPhone: undefined,
  offset: undefined,
  inbound: undefined,
  activeAt: undefined,
  sends: [],
  written: undefined,
  orders: new Map(),
  story: [],
  tally: new Map(),
});

/** What a member can spend. */
export const pointsOf = ({ member, balance }: Person): number => (member ? Math.max(0, balance) : 0);

/** Everything that the fields say follows from these two. */
export const contentOf = ({ balance, won }: Person): string => `${balance} ${won}`;

/** Chat replies are mapped to the same fields, and a chat is noted up to an hour too early: then nothing is known of them. */
export const mustWrite = (person: Person): boolean => {
  const { written, inbound } = person;
  if (written?.content !== contentOf(person)) return true;
  return inbound !== undefined && written.at <= inbound.at + noteEveryMs;
};

const nextDue = (person: Person, base: number): number =>
  dueAfter(base, person.customer.contact, person.customer.program, person.offset);

/** One point for each whole unit of the currency that remains. */
const worth = ({ minor, refundedMinor, decimals }: ToldOrder): number =>
  Math.floor(Math.max(0, minor - refundedMinor) / 10 ** decimals);

const media = ['email', 'sms', 'messenger', 'instagram', 'whatsapp', 'telegram'];

/** A word of a member's, noted at most once an hour unless it says something new. */
const hear = (person: Person, at: number, on: string, news: boolean): void => {
  const { inbound } = person;
  if (inbound === undefined || news || at - inbound.at >= noteEveryMs) person.inbound = { at, on };
};

const join = (person: Person, at: number): string => {
  if (person.member) return 'already_member';
  if (person.membership === 0) person.balance = bonus;
  person.member = true;
  person.membership += 1;
  person.joinedAt = at;
  person.won = 0;
  person.dueAt = nextDue(person, at);
  person.inbound = { at, on: 'messenger' };
  return 'enrolled';
};

const leave = (person: Person): string => {
  if (!person.member) return 'not_member';
  person.member = false;
  person.balance = 0;
  person.dueAt = undefined;
  return 'left';
};

const claimResult = ({ told, claim }: KnownOrder): string => {
  if (claim !== undefined) return 'already_claimed';
  if (told.status === 'pending') return 'not_paid';
  if (told.status === 'cancelled') return 'cancelled';
  if (told.status === 'refunded' || (told.minor > 0 && told.refundedMinor >= told.minor)) return 'refunded';
  return told.foreign ? 'wrong_currency' : 'credited';
};

const claim = (person: Person, number: string, at: number): string => {
  if (!person.member) return 'not_member';
  const order = person.orders.get(number);
  if (order === undefined) return 'not_found';
  const result = claimResult(order);
  if (result !== 'credited') return result;
  const standing = worth(order.told);
  order.claim = { membership: person.membership, standing };
  person.balance += standing;
  person.activeAt = at;
  return result;
};

const push = (person: Person, told: ToldOrder): string => {
  const known = person.orders.get(told.number);
  if (known === undefined) {
    person.orders.set(told.number, { told, claim: undefined });
    return 'stored';
  }
  known.told = { ...told, refundedMinor: Math.max(told.refundedMinor, known.told.refundedMinor) };
  const { claim: made } = known;
  // Who left has forfeited the points already.
  if (made === undefined || !person.member || made.membership !== person.membership) return 'stored';
  person.balance -= made.standing - worth(known.told);
  made.standing = worth(known.told);
  return 'stored';
};

const redeem = (person: Person, name: string, at: number): string => {
  if (!person.member) return 'not_member';
  const cost = rewards.find(({ id }) => id === name)?.points ?? 0;
  if (pointsOf(person) < cost) return 'not_enough_points';
  person.balance -= cost;
  person.won += 1;
  person.activeAt = at;
  return 'issued';
};

const say = (person: Person, deed: Extract<Deed, { kind: 'say' }>): string => {
  for (const medium of deed.medium === 'all' ? media : [deed.medium])
    if (deed.wish === 'stop') person.stopped.add(medium);
    else person.stopped.delete(medium);
  return deed.wish === 'stop' ? 'stopped' : 'started';
};

type Profile = Extract<Deed, { kind: 'profile' }>;

const describe = (person: Person, { optinEmail, optinPhone, offset }: Profile, at: number): void => {
  const news =
    (optinEmail !== undefined && optinEmail !== person.optinEmail) ||
    (optinPhone !== undefined && optinPhone !== person.optinPhone) ||
    (offset !== undefined && offset !== person.offset);
  hear(person, at, 'messenger', news);
  person.optinEmail = optinEmail ?? person.optinEmail;
  person.optinPhone = optinPhone ?? person.optinPhone;
  person.offset = offset ?? person.offset;
};

const resultOf = (person: Person, deed: Deed, at: number): string => {
  switch (deed.kind) {
    case 'join':
      return join(person, at);
    case 'leave':
      return leave(person);
    case 'say':
      return say(person, deed);
    case 'push':
      return push(person, deed.order);
    case 'claim':
      return claim(person, deed.number, at);
    case 'redeem':
      return redeem(person, deed.reward, at);
    case 'chat':
    case 'profile':
      return person.member ? 'ok' : 'not_member';
  }
};

/** Something happens to a member. @returns what the request is answered */
export const live = (person: Person, deed: Deed, at: number): Answered => {
  const result = resultOf(person, deed, at);
  if (deed.kind === 'profile' && person.member) describe(person, deed, at);
  else if (deed.kind === 'chat' && person.member) hear(person, at, deed.channel, false);
  else if (deed.kind !== 'push' && deed.kind !== 'join' && person.member)
    hear(person, at, 'messenger', false);
  return { result, points: deed.kind === 'push' ? 0 : pointsOf(person) };
};

const count = (person: Person, at: number, outcome: string): void => {
  const name = `${yearIn(at, person.customer.program.zone)} ${outcome}`;
  person.tally.set(name, (person.tally.get(name) ?? 0) + 1);
};

/** Why a member may not be written to at an instant. */
export const reasonAgainst = (person: Person, at: number): string | undefined => {
  const { channel, cap } = person.customer.program;
  if (person.stopped.has(channel)) return 'opted_out';
  if (channel === 'email' && person.optinEmail === false) return 'no_optin';
  if (channel === 'sms' && person.optinPhone === false) return 'no_optin';
  if (channel === 'messenger') {
    const { inbound } = person;
    if (inbound?.on !== 'messenger' || at - inbound.at >= dayMs) return 'window_closed';
  }
  if (cap !== undefined && person.sends.filter((sent) => at - sent < cap.perDays * dayMs).length >= cap.max)
    return 'capped';
  return undefined;
};

/** Looks at a member who is due. @returns whether they are to be written to */
export const judge = (person: Person, at: number): boolean => {
  const { program } = person.customer;
  const putOff = (to: number) => {
    person.dueAt = to;
    person.story.push({ at, what: `later ${new Date(to).toISOString()}` });
    return false;
  };
  const next = program.postponed && person.activeAt !== undefined ? nextDue(person, person.activeAt) : at;
  if (next > at) return putOff(next);
  const quiet = quietUntil(at, program, zoneFor(program, person.offset));
  if (quiet !== undefined) return putOff(quiet);
  const reason = reasonAgainst(person, at);
  if (reason === undefined) return true;
  person.story.push({ at, what: `skipped ${reason}` });
  count(person, at, `skipped_${reason}`);
  person.dueAt = nextDue(person, at);
  return false;
};

/** The message is on its way: the period is over. */
export const intend = (person: Person, at: number, written: Person['written']): void => {
  person.dueAt = nextDue(person, at);
  person.sends.push(at);
  person.written = written;
  count(person, at, 'accepted');
};
