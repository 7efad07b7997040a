/**
 * What a decision may ask for and what it may change. Decisions are pure: they see what was loaded, and answer, ask for
 * more, or answer with one change that is written as a whole or not at all.
 */
import type { Contact, ContactChange } from './contact.ts';
import type { Coupon } from './coupon.ts';
import type { EmailHash } from './email.ts';
import type { ContactId, CouponKey, Instant, OrderNumber, RewardId, StoreId } from './ids.ts';
import type { Member, Posting } from './member.ts';
import type { Order } from './order.ts';
import type { PurchaseWindow } from './purchases.ts';

/** Who owns an e-mail, and whether its signup bonus was ever paid (outlives leaving and erasing). */
export interface EmailRecord {
  readonly email: EmailHash;
  readonly owner: ContactId | undefined;
  readonly bonusPaid: boolean;
  /** To whom the bonus went, as long as it can be told whether they may keep it. */
  readonly bonusTo?: BonusTo | undefined;
  /** Its owner came by a signed link of an order under it. Ends with the membership. */
  readonly proven?: boolean | undefined;
  /** Whoever proved it, ever: what they claimed under it stays theirs. */
  readonly provers?: readonly ContactId[] | undefined;
  /** Who had it without a proof and gave it back since it was proven last: what they claimed under it does not stay theirs. */
  readonly former?: readonly ContactId[] | undefined;
  /** Somebody who is no member yet came by a signed link of an order under it. */
  readonly provenFor?: ContactId | undefined;
  /** What others claimed under it is passing to the one who proved it, order by order. */
  readonly moving?: Moving | undefined;
  readonly rev: number;
}

export interface BonusTo {
  readonly contact: ContactId;
  readonly membership: number;
  readonly points: number;
}

export interface Moving {
  readonly to: ContactId;
  /** Whose claims are still to be looked at: those below `before`, or all of them. */
  readonly from: readonly { readonly contact: ContactId; readonly before?: number | undefined }[];
  /** When the job `settle` goes on with it. */
  readonly dueAt: Instant;
}

/** A business key of a caller: the same key with the same input gives the same answer. Kept for good. */
export interface KeyRecord {
  readonly contact: ContactId;
  readonly verb: 'credit' | 'redeem' | 'adjust';
  /** Hash of the caller's key. */
  readonly key: string;
  /** What it was used for: the activity, the reward, or the hash of an adjustment. */
  readonly input: string;
  /** The entry it made, and the coupon for a redemption. */
  readonly seq: number;
  readonly coupon?: CouponKey | undefined;
}

export interface OrderRef {
  readonly store: StoreId;
  readonly number: OrderNumber;
}

/** What a decision wants to see. */
export interface Wanted {
  readonly contact?: ContactId;
  /** A second contact, whose books move with the first one's. */
  readonly other?: ContactId;
  readonly emails?: readonly EmailHash[];
  readonly orders?: readonly OrderRef[];
  /** An order that lost its number to another one. */
  readonly archived?: OrderRef & { readonly id: string };
  readonly coupons?: readonly CouponKey[];
  readonly key?: Pick<KeyRecord, 'contact' | 'verb' | 'key'>;
  /** One stock counter of a reward. */
  readonly counter?: { readonly reward: RewardId; readonly index: number };
  /** All stock counters of a reward: asked for when the one looked at is empty. */
  readonly counters?: RewardId;
  /** Any free code of a reward's pool. */
  readonly poolCode?: RewardId;
  /** What a member bought on one day, where purchases are counted. */
  readonly window?: { readonly contact: ContactId; readonly day: string };
}

/** What was found. What was not asked for is absent as what was not found is; a decision asks for what it reads. */
export interface Loaded {
  readonly member?: Member;
  readonly contact?: Contact;
  readonly other?: { readonly member?: Member; readonly contact?: Contact };
  readonly emails: readonly EmailRecord[];
  readonly orders: readonly Order[];
  readonly archived?: Order;
  readonly coupons: readonly Coupon[];
  readonly key?: KeyRecord;
  /** Pieces taken by counter index. */
  readonly counters: ReadonlyMap<number, number>;
  readonly poolCode?: string;
  readonly window?: PurchaseWindow;
  /** Everything that was asked for so far. */
  readonly asked: Wanted;
}

/** One change of the books, written as a whole under what was read. */
export interface Change {
  /** The books and the entries that moved them, in order; of two members at most. */
  readonly postings?: readonly Posting[];
  readonly contact?: ContactChange;
  readonly otherContact?: ContactChange;
  readonly emails?: readonly { readonly before: EmailRecord | undefined; readonly after: EmailRecord }[];
  readonly order?: { readonly before: Order | undefined; readonly after: Order; readonly archived?: boolean };
  /** Orders of the same day whose claims lose with it. */
  readonly siblings?: readonly { readonly before: Order; readonly after: Order }[];
  /** The order that loses its number, kept with its claim. */
  readonly archive?: Order;
  readonly coupon?: { readonly before: Coupon | undefined; readonly after: Coupon };
  readonly key?: KeyRecord;
  readonly freedKey?: Pick<KeyRecord, 'contact' | 'verb' | 'key'>;
  /** One piece out of a counter that may hold `capacity`, or one back. */
  readonly stock?: {
    readonly reward: RewardId;
    readonly index: number;
    readonly capacity: number;
    readonly pieces: 1 | -1;
  };
  readonly poolCode?: { readonly reward: RewardId; readonly code: string };
  readonly window?: {
    readonly contact: ContactId;
    readonly before: PurchaseWindow | undefined;
    readonly after: PurchaseWindow;
  };
  /** Free text of the owner, beside the entry that it explains. */
  readonly note?: { readonly contact: ContactId; readonly seq: number; readonly text: string };
}

export type Decision<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly change?: Change }
  | { readonly kind: 'need'; readonly wanted: Wanted };

export const answer = <A>(given: A, change?: Change): Decision<A> =>
  change === undefined ? { kind: 'answer', answer: given } : { kind: 'answer', answer: given, change };

export const need = (wanted: Wanted): { kind: 'need'; wanted: Wanted } => ({ kind: 'need', wanted });

/** The record of an e-mail among those that were loaded. */
export const emailIn = (found: Loaded, email: EmailHash): EmailRecord | undefined =>
  found.emails.find((known) => known.email === email);
