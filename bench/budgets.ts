/** Every budget, as data. What a shop pays and waits for follows from these numbers; none is loosened to let a change through. */

/** What one warm call of the member's own contact may ask of DynamoDB. */
export interface OperationBudget {
  readonly requests: number;
  /** Read request units. */
  readonly reads: number;
  /** Write request units. */
  readonly writes: number;
}

const claim: OperationBudget = { requests: 2, reads: 4, writes: 6 };
const redeem: OperationBudget = { requests: 2, reads: 4, writes: 7 };
const enroll: OperationBudget = { requests: 2, reads: 4, writes: 10 };
/** Limited stock, a pool code and a request id are one more item in the transaction each. */
const oneItemMore = 2;
const withOneItemMore: OperationBudget = { ...redeem, writes: redeem.writes + oneItemMore };
/** Which code is free can only be asked: one read more. */
const poolCode: OperationBudget = { ...withOneItemMore, requests: redeem.requests + 1 };
/** A repeat asks no more than the first time, and writes nothing. */
const again = (first: OperationBudget): OperationBudget => ({ ...first, writes: 0 });

export const operationBudgets = {
  balance: { requests: 1, reads: 2, writes: 0 },
  rewards: { requests: 1, reads: 2, writes: 0 },
  history: { requests: 2, reads: 4, writes: 0 },
  coupons: { requests: 2, reads: 4, writes: 0 },
  'coupons, 60 to use': { requests: 2, reads: 4, writes: 0 },
  'coupons, 60 used': { requests: 2, reads: 4, writes: 0 },
  'verify-order': { requests: 1, reads: 4, writes: 0 },
  'verify-order, not found': { requests: 2, reads: 4, writes: 1 },
  'claim-order': claim,
  'claim-order, again': again(claim),
  'claim-order, not found': { requests: 2, reads: 4, writes: 1 },
  redeem,
  'redeem, second tap': again(redeem),
  'redeem, request id': withOneItemMore,
  'redeem, request id again': again(withOneItemMore),
  'redeem, limited stock': withOneItemMore,
  'redeem, pool code': poolCode,
  'redeem, pool code from the start again': poolCode,
  'redeem, pool code again': again(redeem),
  // The key stands where an order stands in a claim.
  'credit, with a key': claim,
  enroll,
  'enroll, again': again(enroll),
  // The hour's first call of a member notes when they were heard of.
  'balance, first in the hour': { requests: 2, reads: 2, writes: 1 },
  'balance, then': { requests: 1, reads: 2, writes: 0 },
} as const satisfies Record<string, OperationBudget>;

/** Bytes on the wire to and from DynamoDB may differ by so much between the shortest and a longer history. */
export const bytesTolerance = 0.02;

/** A minified bundle, everything in it, in bytes. */
export const bundleBytes = 450_000;

/** A bundle may take so many times as long to load as one that holds the DynamoDB client only. */
export const initRatio = 3;

/** Our own CPU time of a claim, as a multiple of what the SDK takes for the claim's two calls. */
export const ownCpuRatio = 1;

/** Resident memory of the laptop edition's server after a replay of some 7,000 orders, in bytes. */
export const serverRss = 300_000_000;

/** What ManyChat takes in any second; the senders stay below it in every one. */
export const manychatLimits = { sendFlow: 20, setCustomFields: 10 } as const;

/** The senders of an account reach at least this share of the configured rate. */
export const rateShare = 0.98;

/** So many due members at least are found for one read unit, however many others there are. */
export const duePerReadUnit = 30;

/** Dollars for a million reminders whose fields all changed, ManyChat's own fees left out. */
export const millionReminders = 3.2;

/** A contact's item below this costs one unit at each write. */
export const contactBytes = 1_024;

/** Our own CPU time of a reminder, as a multiple of what the SDK and fetch take for its calls. */
export const ownSenderCpuRatio = 1;

/** Member, contact and order, in one batch. */
const orderSeen = 3;
/** The books are asked; then the shop; then the books again, since all may have changed while it answered. */
const lookedUp = { requests: 2, reads: 2 * orderSeen } as const;
const lookedUpClaim: OperationBudget = { requests: lookedUp.requests + 1, reads: lookedUp.reads, writes: 6 };
/** Books, entry and coupon in one transaction, and the coupon's line in the index of what is due. */
const reserve: OperationBudget = { requests: 2, reads: 2, writes: 7 };
/** The coupon alone: read, and written with its lines in the two indexes; the one of what is due moves. */
const issue: OperationBudget = { requests: 2, reads: 1, writes: 4 };
/** The right to try again: the coupon alone, and its moved line. */
const lease: OperationBudget = { requests: 1, reads: 0, writes: 3 };
/** A repeat reads the books, and the coupon that they name. */
const repeat: OperationBudget = { requests: 2, reads: 3, writes: 0 };
/** Which programs there are, and a look for each of three kinds of errands. */
const tick: OperationBudget = { requests: 4, reads: 2, writes: 0 };
const sum = (...parts: readonly OperationBudget[]): OperationBudget => ({
  requests: parts.reduce((total, { requests }) => total + requests, 0),
  reads: parts.reduce((total, { reads }) => total + reads, 0),
  writes: parts.reduce((total, { writes }) => total + writes, 0),
});

/** What one warm call may ask of DynamoDB where orders and coupons are at a shop: the same at every kind of shop. */
export const shopBudgets = {
  'claim, stored': { requests: 2, reads: orderSeen, writes: 6 },
  'claim, looked up': lookedUpClaim,
  'claim, looked up, again': { requests: 1, reads: orderSeen, writes: 0 },
  'claim, not paid as stored': lookedUpClaim,
  'claim, not found': { requests: lookedUp.requests + 1, reads: lookedUp.reads, writes: 1 },
  'claim, shop away': { ...lookedUp, writes: 0 },
  'verify, looked up': { ...lookedUp, writes: 0 },
  redeem: sum(reserve, issue),
  'redeem, second tap': repeat,
  // The points go back as they went: books and coupon are read, and with a new entry written.
  'redeem, refused': sum(reserve, { requests: 2, reads: 3, writes: 6 }),
  'redeem, answer lost': reserve,
  'redeem, tapped at once': repeat,
  'redeem, tapped later': sum(repeat, lease, issue),
  'settle, nothing due': tick,
  // Whether it is still due, and whether nobody else is at it, are two looks at the coupon.
  'settle, one coupon': sum(tick, { requests: 2, reads: 2, writes: 0 }, lease, issue),
  'redeem, settled meanwhile': repeat,
} as const satisfies Record<string, OperationBudget>;

/** What is answered from the books alone. */
const nobodyAsked = {
  'claim, stored': 0,
  'claim, looked up, again': 0,
  'redeem, second tap': 0,
  'redeem, tapped at once': 0,
  'settle, nothing due': 0,
  'redeem, settled meanwhile': 0,
} as const;

/** One question finds an order; a coupon that may be there already is looked up, which finds it here. */
const oneQuestion = {
  ...nobodyAsked,
  'claim, looked up': 1,
  'claim, not paid as stored': 1,
  'verify, looked up': 1,
  'redeem, tapped later': 1,
  'settle, one coupon': 1,
} as const;

/** Calls to the shop; reads are asked twice where the answer is lost. */
export const shopCallBudgets: Readonly<
  Record<'shopify' | 'woocommerce' | 'site' | 'vendure', Readonly<Record<keyof typeof shopBudgets, number>>>
> = {
  shopify: {
    ...oneQuestion,
    // Under its printed name with a sign, and without.
    'claim, not found': 2,
    'claim, shop away': 2,
    redeem: 1,
    'redeem, refused': 1,
    'redeem, answer lost': 1,
  },
  woocommerce: {
    ...oneQuestion,
    // By the number as an id, and by the e-mail.
    'claim, not found': 2,
    'claim, shop away': 2,
    // Made, and looked for: it would take a twin.
    redeem: 2,
    'redeem, refused': 1,
    'redeem, answer lost': 1,
  },
  site: {
    ...oneQuestion,
    'claim, not found': 1,
    // Its questions are all safe to repeat, so each is asked three times.
    'claim, shop away': 3,
    redeem: 1,
    'redeem, refused': 1,
    'redeem, answer lost': 3,
  },
  vendure: {
    ...oneQuestion,
    'claim, not found': 1,
    'claim, shop away': 2,
    // Looked for, made, and looked for again: it would take a twin, and give both discounts on one order.
    redeem: 3,
    'redeem, refused': 2,
    'redeem, answer lost': 2,
  },
};

/** The order is read, and written where something is new. */
const news: OperationBudget = { requests: 2, reads: 1, writes: 1 };
const noNews: OperationBudget = { ...news, requests: 1, writes: 0 };
/** Points move: the order names its claim, whose books and contact are read; books, entry and order are one transaction. */
const pointsTaken: OperationBudget = { requests: 3, reads: 3, writes: 6 };
/** The coupon, and its lines in both indexes. */
const couponWritten: OperationBudget = { requests: 2, reads: 1, writes: 4 };

/** What a webhook may ask of DynamoDB, whoever sends it. */
export const hookBudgets = {
  'order placed': news,
  'order paid': news,
  'the same again': noNews,
  'older news': noNews,
  'part refund, claimed': pointsTaken,
  'part refund, again': noNews,
  'cancelled, claimed': pointsTaken,
  'coupon used': sum(news, couponWritten),
  'coupon used, again': sum(noNews, { requests: 1, reads: 1, writes: 0 }),
  'coupon freed': sum(news, couponWritten),
  // Nothing is read for a stranger: the program is in the function's memory.
  'wrong signature': { requests: 0, reads: 0, writes: 0 },
} as const satisfies Record<string, OperationBudget>;

/** Our own CPU time of a webhook, as a multiple of what its signature, its parsing and its two calls take alone. */
export const ownHookCpuRatio = 0.75;
