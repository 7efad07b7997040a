/** Verifying and claiming orders, and what later news of an order do to its claim. */
import { dayOf, daysInMs } from './calendar.ts';
import { failedAttempt, tooManyAttempts } from './contact.ts';
import { hashEmail } from './email.ts';
import type { ContactId, OperationId, OrderNumber } from './ids.ts';
import { answer, type Change, type Decision, type Loaded, need, type Wanted } from './ledger.ts';
import { creditTo, takeBack } from './lots.ts';
import { isActive, type Member, post } from './member.ts';
import type { Setting } from './membership.ts';
import {
  baseMinor,
  type Claim,
  isAnotherOrder,
  isFullyRefunded,
  merge,
  type Order,
  type OrderFacts,
  reassess,
  worth,
} from './order.ts';
import type { Rate } from './points.ts';
import { counted, rateOf } from './purchases.ts';

export interface OrderRequest {
  readonly contact: ContactId;
  /** Undefined where none was given, `invalid` where what was given cannot be an order number. */
  readonly number: OrderNumber | 'invalid' | undefined;
  /** Whether there are shops that can be asked for what the books do not know. */
  readonly asks?: boolean;
  /** What the shops said when they were asked; undefined as long as none was. */
  readonly told?: readonly OrderFacts[] | undefined;
  /** A shop that was asked gave no answer. */
  readonly silent?: boolean;
}

export type OrderResult =
  | 'valid'
  | 'credited'
  | 'already_claimed'
  | 'claimed_by_other'
  | 'not_found'
  | 'not_paid'
  | 'cancelled'
  | 'refunded'
  | 'too_old'
  | 'wrong_currency'
  | 'too_many_attempts'
  | 'order_number_needed'
  | 'store_unavailable'
  /** The books cannot say: the shops are to be asked. Nothing is written. */
  | 'ask'
  | 'not_member';

export interface OrderAnswer {
  readonly result: OrderResult;
  readonly books: Member | undefined;
  /** Undefined on every result that may not say that the order exists. */
  readonly order: Order | undefined;
  /** What it is worth, or was credited. */
  readonly points: number;
  readonly placed?: Placed;
  readonly rate?: Rate;
}

/** An order as it would stand after the news of it, and where the books keep it. */
interface Placed {
  readonly order: Order;
  /** What lies under its key now. */
  readonly before: Order | undefined;
  /** It lost its number to another one before. */
  readonly archived: boolean;
  /** The order that loses its number to this one. */
  readonly archive?: Order;
}

interface Verdict {
  readonly result: OrderResult;
  readonly order: Order | undefined;
  readonly points: number;
  readonly placed?: Placed;
  /** The rate at which it would earn now. */
  readonly rate?: Rate;
}

/**
 * Where news of an order belong: merged with what is known, put under a number that was free, or in place of another order that
 * had the number before. An order that itself lost its number is looked for among the archived ones.
 */
const place = (
  found: Loaded,
  news: OrderFacts,
  operation: OperationId,
): Placed | { readonly wanted: Wanted } => {
  const current = found.orders.find(({ store, number }) => store === news.store && number === news.number);
  if (current === undefined)
    return { order: { ...news, rev: 1, operation }, before: undefined, archived: false };
  const another = isAnotherOrder(current, news);
  if (another && news.id !== undefined && found.asked.archived?.id !== news.id)
    return { wanted: { archived: { store: news.store, number: news.number, id: news.id } } };
  const held = another ? found.archived : current;
  // The number passed to another order: the old one is kept with its claim, and the new one has none.
  if (held === undefined)
    return {
      order: { ...news, rev: current.rev + 1, operation },
      before: current,
      archived: false,
      archive: current,
    };
  const facts = merge(held, news);
  const order =
    facts === held
      ? held
      : {
          ...facts,
          rev: held.rev + 1,
          operation,
          ...(held.claim === undefined ? {} : { claim: held.claim }),
        };
  return { order, before: held, archived: another };
};

/** The verdict on one order that is known, for a member who is known. */
const judge = (placed: Placed, found: Loaded, books: Member, mine: boolean, setting: Setting): Verdict => {
  const { order: held } = placed;
  const { program, stamp } = setting;
  if (held.claim?.contact === books.contact)
    return { result: 'already_claimed', order: held, points: held.claim.credited };
  if (!mine || held.test) return { result: 'not_found', order: undefined, points: 0 };
  if (held.claim !== undefined) return { result: 'claimed_by_other', order: undefined, points: 0 };
  const rate = rateOf(found.window, program);
  const points = held.currency === program.currency ? worth(held, rate, program.basis) : 0;
  const seen = (result: OrderResult, worthNow: number): Verdict => ({
    result,
    order: held,
    points: worthNow,
    placed,
    rate,
  });
  if (held.status === 'pending') return seen('not_paid', points);
  if (held.status === 'cancelled') return seen('cancelled', 0);
  if (isFullyRefunded(held)) return seen('refunded', 0);
  if (stamp.now - held.placedAt > daysInMs(program.maxAgeDays)) return seen('too_old', 0);
  if (held.currency !== program.currency) return seen('wrong_currency', 0);
  return seen('valid', points);
};

/** With several shops one number may be known to more than one: the verdict that helps the customer most stands. */
const preference: readonly OrderResult[] = [
  'valid',
  'already_claimed',
  'not_paid',
  'too_old',
  'wrong_currency',
  'refunded',
  'cancelled',
  'claimed_by_other',
];

const best = (verdicts: readonly Verdict[]): Verdict => {
  const rank = ({ result }: Verdict) =>
    preference.includes(result) ? preference.indexOf(result) : preference.length;
  const [first] = [...verdicts].sort((a, b) => rank(a) - rank(b));
  return first ?? { result: 'not_found', order: undefined, points: 0 };
};

/** What the books know may be older than the shop: these verdicts are asked about. */
const askable: ReadonlySet<OrderResult> = new Set(['not_found', 'not_paid']);

/** The order as it stands in the books, unless a shop has just told it. */
const asStored = (order: Order): Placed => ({ order, before: order, archived: false });

/** Everything that the number may mean: what the shops told, and what the books know of other shops. */
const placedOrders = (found: Loaded, told: readonly OrderFacts[], operation: OperationId) => {
  const news = told.map((facts) => place(found, facts, operation));
  const stores = new Set(told.map(({ store }) => store));
  const known = found.orders.filter(({ store }) => !stores.has(store)).map(asStored);
  return { news, known };
};

/**
 * Verifies an order for a member: moves nothing. Unknown orders, orders under another e-mail and test orders are one and the
 * same `not_found`, which counts as a failed attempt.
 */
export const decideVerify = (
  found: Loaded,
  request: OrderRequest,
  setting: Setting,
): Decision<OrderAnswer> => {
  const { member, contact } = found;
  const { program, stamp, emailKey } = setting;
  const nothing = (result: OrderResult): OrderAnswer => ({
    result,
    books: isActive(member) ? member : undefined,
    order: undefined,
    points: 0,
  });
  if (tooManyAttempts(contact, program.attemptsPerHour, stamp.now))
    return answer(nothing('too_many_attempts'));
  if (!isActive(member)) return answer(nothing('not_member'));
  if (request.number === undefined) return answer(nothing('order_number_needed'));
  const mine = new Set((contact?.emails ?? []).map((email) => hashEmail(email, emailKey)));
  const { news, known } = placedOrders(found, request.told ?? [], stamp.operation);
  const placed: Placed[] = [...known];
  for (const one of news) {
    if ('wanted' in one) return need(one.wanted);
    placed.push(one);
  }
  const verdict = best(placed.map((one) => judge(one, found, member, mine.has(one.order.email), setting)));
  const day = verdict.order && dayOf(verdict.order.placedAt, program.zone);
  // Purchases of one day are counted together, so that splitting an order earns nothing.
  if (program.purchasesPerDay !== undefined && day !== undefined && found.asked.window?.day !== day)
    return need({ window: { contact: member.contact, day } });
  const open = askable.has(verdict.result);
  if (open && request.asks === true && request.told === undefined) return answer(nothing('ask'));
  if (verdict.result === 'not_found' && request.silent === true) return answer(nothing('store_unavailable'));
  if (verdict.result !== 'not_found') return answer({ ...verdict, books: member });
  return answer(nothing('not_found'), { contact: failedAttempt(request.contact, contact, stamp.now) });
};

const claimed = (
  { order: held, before, archived, archive }: Placed,
  books: Member,
  points: number,
  rate: Rate,
  found: Loaded,
  setting: Setting,
): { books: Member; change: Change } => {
  const { program, stamp } = setting;
  const base = baseMinor(held, program.basis);
  const { store, number, id, currency } = held;
  const source = {
    kind: 'order',
    store,
    order: number,
    ...(id === undefined ? {} : { id }),
    baseMinor: base,
    currency,
    rate,
  } as const;
  const posting = post(books, creditTo(books, points, 'never'), source, stamp);
  const made: Claim = {
    contact: books.contact,
    membership: books.membership,
    at: stamp.now,
    seq: posting.entry.seq,
    rate,
    basis: program.basis,
    baseMinor: base,
    currency,
    credited: points,
    standing: points,
    lot: 'never',
  };
  const after: Order = { ...held, claim: made, rev: (before?.rev ?? 0) + 1, operation: stamp.operation };
  const window = program.purchasesPerDay === undefined ? undefined : counted(held, points, found, program);
  return {
    books: posting.books,
    change: {
      postings: [posting],
      order: { before, after, archived },
      ...(archive === undefined ? {} : { archive }),
      ...(window === undefined
        ? {}
        : { window: { contact: books.contact, before: found.window, after: window } }),
    },
  };
};

/** Verifies and credits in one atomic step; the order carries its claim, so it earns once in the whole program. */
export const decideClaim = (
  found: Loaded,
  request: OrderRequest,
  setting: Setting,
): Decision<OrderAnswer> => {
  const verified = decideVerify(found, request, setting);
  if (verified.kind === 'need' || verified.answer.result !== 'valid') return verified;
  const { books, points, placed, rate } = verified.answer;
  if (placed === undefined || rate === undefined || books === undefined) return verified;
  const credited = claimed(placed, books, points, rate, found, setting);
  return answer(
    { result: 'credited', books: credited.books, order: credited.change.order?.after, points },
    credited.change,
  );
};

export interface NewsAnswer {
  readonly result: 'stored' | 'unchanged';
}

/** A claim after its order's news: what is taken back, unless the membership that earned it is over. */
const afterNews = (
  held: Order,
  claim: Claim,
  facts: OrderFacts,
  books: Member | undefined,
  setting: Setting,
) => {
  const due = reassess(claim, facts);
  const lost = claim.standing - due.points;
  // Someone who left has forfeited the points already; and a higher number of memberships means that these are other points.
  if (lost === 0 || !isActive(books) || books.membership !== claim.membership) return { claim, postings: [] };
  const { store, number, id } = held;
  const posting = post(
    books,
    takeBack(books, lost, claim.lot),
    {
      kind: 'refund',
      store,
      order: number,
      ...(id === undefined ? {} : { id }),
      reason: due.reason,
      remainingMinor: due.remainingMinor,
      currency: claim.currency,
    },
    setting.stamp,
  );
  return { claim: { ...claim, standing: due.points }, postings: [posting] };
};

/** The books that a claim's news would move are asked for only where it stands to lose something. */
const booksNeeded = (found: Loaded, held: Order, facts: OrderFacts): ContactId | undefined => {
  if (held.claim === undefined || found.asked.contact === held.claim.contact) return undefined;
  return reassess(held.claim, facts).points < held.claim.standing ? held.claim.contact : undefined;
};

/** What a shop's news of an order changes: the facts, and the points of a claim that they lower, in one step. */
export const decideNews = (found: Loaded, news: OrderFacts, setting: Setting): Decision<NewsAnswer> => {
  const { stamp } = setting;
  const placed = place(found, news, stamp.operation);
  if ('wanted' in placed) return need(placed.wanted);
  const { order: facts, before: held, archived, archive } = placed;
  if (facts === held) return answer({ result: 'unchanged' });
  if (held === undefined || archive !== undefined)
    return answer(
      { result: 'stored' },
      { order: { before: held, after: facts }, ...(archive === undefined ? {} : { archive }) },
    );
  const wanted = booksNeeded(found, held, facts);
  if (wanted !== undefined) return need({ contact: wanted });
  const outcome =
    held.claim === undefined ? undefined : afterNews(held, held.claim, facts, found.member, setting);
  const after: Order = { ...facts, ...(outcome === undefined ? {} : { claim: outcome.claim }) };
  return answer(
    { result: 'stored' },
    { postings: outcome?.postings ?? [], order: { before: held, after, archived } },
  );
};
