/** What an order is worth to a member who names it, by its number or by its signed link. */
import { dayOf, daysInMs } from './calendar.ts';
import { failedAttempt, tooManyAttempts } from './contact.ts';
import type { EmailHash } from './email.ts';
import { emailsOf } from './email-record.ts';
import type { ContactId, OrderNumber } from './ids.ts';
import { answer, type Decision, emailIn, type Loaded, need, type Wanted } from './ledger.ts';
import { isActive, type Member } from './member.ts';
import type { Setting } from './membership.ts';
import { claimedUnder, givesWay } from './move.ts';
import { isFullyRefunded, type Order, type OrderFacts, reassess, worth } from './order.ts';
import { known, type Placed, place } from './placing.ts';
import type { Rate } from './points.ts';
import { isFirst, standingBy } from './proof.ts';
import { rateOf } from './purchases.ts';

export interface OrderRequest {
  readonly contact: ContactId;
  /** Undefined where none was given, `invalid` where what was given cannot be an order number. */
  readonly number: OrderNumber | 'invalid' | undefined;
  /** The signed link that named it, where one did. One that is not good any more names no number. */
  readonly link?: { readonly id?: string | undefined } | 'bad' | 'expired' | undefined;
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
  /** The link told whose the e-mail is, and that is written: the same is to be asked again. */
  | 'proven'
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
  /** Why the number does not do. */
  readonly hint?: 'link_needed' | 'link_expired';
  /** The e-mail that was proven, as long as claims under it are passing on. */
  readonly moving?: EmailHash | undefined;
}

interface Verdict {
  readonly result: OrderResult;
  readonly order: Order | undefined;
  readonly points: number;
  readonly placed?: Placed;
  /** The rate at which it would earn now. */
  readonly rate?: Rate;
}

/** What the member has to do with an order: nothing, it is under an e-mail of theirs, or under one that they proved. */
type Right = 'none' | 'mine' | 'proven';

const rightByNumber = (found: Loaded, order: Order, { program, emailKey }: Setting): Right => {
  if (found.contact?.provenEmails?.includes(order.email)) return 'proven';
  if (program.requireProof || found.contact?.mustProve) return 'none';
  return emailsOf(found.contact, emailKey).includes(order.email) ? 'mine' : 'none';
};

const rightTo = (
  found: Loaded,
  order: Order,
  { contact, link }: OrderRequest,
  setting: Setting,
): Right | { readonly wanted: Wanted } => {
  if (typeof link !== 'object') return rightByNumber(found, order, setting);
  const standing = standingBy(found, order, contact, setting.emailKey);
  if (typeof standing === 'object') return standing;
  if (standing === 'none') return rightByNumber(found, order, setting);
  return standing === 'seen' ? 'mine' : 'proven';
};

/** Whether somebody else's claim gives way to a member who proved the e-mail. */
const yielding = (found: Loaded, order: Order, right: Right): boolean | { readonly wanted: Wanted } => {
  const { claim, email } = order;
  if (right !== 'proven' || claim === undefined || claimedUnder(order) !== email) return false;
  if (!found.asked.emails?.includes(email)) return { wanted: { emails: [email] } };
  return givesWay(claim, emailIn(found, email));
};

/** The verdict on one order that is known, for a member who is known. */
const judge = (
  placed: Placed,
  found: Loaded,
  books: Member,
  right: Right,
  yields: boolean,
  setting: Setting,
): Verdict => {
  const { order: held } = placed;
  const { program, stamp } = setting;
  if (held.claim?.contact === books.contact)
    return { result: 'already_claimed', order: held, points: held.claim.credited };
  if (right === 'none' || held.test) return { result: 'not_found', order: undefined, points: 0 };
  if (held.claim !== undefined && !yields) return { result: 'claimed_by_other', order: undefined, points: 0 };
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
  if (held.claim !== undefined) return seen('valid', reassess(held.claim, held).points);
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

/** Everything that the number may mean: what the books know, and what the shops told instead. */
export const placedOrders = (
  found: Loaded,
  { told = [], link }: OrderRequest,
  { stamp }: Setting,
): readonly Placed[] | { readonly wanted: Wanted } => {
  const stores = new Set(told.map(({ store }) => store));
  const id = typeof link === 'object' ? link.id : undefined;
  const stored = known(
    found,
    found.orders.filter(({ store }) => !stores.has(store)),
    id,
  );
  if ('wanted' in stored) return stored;
  const placed: Placed[] = [...stored];
  for (const facts of told) {
    const one = place(found, facts, stamp.operation);
    if ('wanted' in one) return one;
    placed.push(one);
  }
  return placed;
};

/** The verdict on everything that the number may mean. */
const verdictOn = (
  placed: readonly Placed[],
  found: Loaded,
  books: Member,
  request: OrderRequest,
  setting: Setting,
): Verdict | { readonly wanted: Wanted } => {
  const verdicts: Verdict[] = [];
  for (const one of placed) {
    const right = rightTo(found, one.order, request, setting);
    if (typeof right === 'object') return right;
    const yields = yielding(found, one.order, right);
    if (typeof yields === 'object') return yields;
    verdicts.push(judge(one, found, books, right, yields, setting));
  }
  return best(verdicts);
};

/** Whether the program wants a link where there is none, or one that somebody else came by first. */
const linkNeeded = (
  { contact: person }: Loaded,
  { contact, link }: OrderRequest,
  placed: readonly Placed[],
  { program }: Setting,
): boolean => {
  const unproven = (person?.provenEmails ?? []).length === 0;
  const mustProve = program.requireProof || person?.mustProve === true;
  if (!program.signedLinksOnly && !(mustProve && unproven)) return false;
  return link === undefined || placed.some(({ order }) => !isFirst(order, contact));
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
  const { program, stamp } = setting;
  const nothing = (result: OrderResult): OrderAnswer => ({
    result,
    books: isActive(member) ? member : undefined,
    order: undefined,
    points: 0,
  });
  if (tooManyAttempts(contact, program.attemptsPerHour, stamp.now))
    return answer(nothing('too_many_attempts'));
  if (!isActive(member)) return answer(nothing('not_member'));
  const placed = placedOrders(found, request, setting);
  if ('wanted' in placed) return need(placed.wanted);
  if (linkNeeded(found, request, placed, setting))
    return answer({ ...nothing('order_number_needed'), hint: 'link_needed' });
  if (request.number === undefined) return answer(nothing('order_number_needed'));
  const verdict = verdictOn(placed, found, member, request, setting);
  if ('wanted' in verdict) return need(verdict.wanted);
  const day = verdict.order && dayOf(verdict.order.placedAt, program.zone);
  // Purchases of one day are counted together, so that splitting an order earns nothing.
  if (program.purchasesPerDay !== undefined && day !== undefined && found.asked.window?.day !== day)
    return need({ window: { contact: member.contact, day } });
  const open = askable.has(verdict.result);
  if (open && request.asks === true && request.told === undefined) return answer(nothing('ask'));
  if (verdict.result === 'not_found' && request.silent === true) return answer(nothing('store_unavailable'));
  if (verdict.result !== 'not_found') return answer({ ...verdict, books: member });
  const hint = request.link === 'expired' ? { hint: 'link_expired' as const } : {};
  const counted = failedAttempt(request.contact, contact, stamp.now);
  return answer({ ...nothing('not_found'), ...hint }, { contact: counted });
};
