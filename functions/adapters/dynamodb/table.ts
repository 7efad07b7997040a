/**
 * The one table specification: the data stack and the local engine are both made from it.
 * Which item lies under which key is written down in `keys.ts`; `docs/ledger.md` draws it.
 */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** DynamoDB deletes items some time after this attribute's instant (epoch seconds); nothing of the books carries it. */
  timeToLive: 'ttl',
  /** What the table's stream tells of a change: the item as it is afterwards. */
  stream: 'NEW_IMAGE',
  indexes: [
    /** Sparse queue of what must happen next: reminders and mirrors by the instant at which they are due, and the owner's open tasks. */
    { name: 'due', partitionKey: 'duePk', sortKey: 'dueAt', sortKeyType: 'N', projection: 'KEYS_ONLY' },
    /** A member's coupons by rank, so that one page has the usable ones first. */
    { name: 'coupons', partitionKey: 'ownerPk', sortKey: 'rank', sortKeyType: 'N', projection: 'ALL' },
  ],
} as const;

export type IndexName = (typeof table.indexes)[number]['name'];
