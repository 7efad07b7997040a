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
