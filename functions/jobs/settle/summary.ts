/** What a run of `settle` or `reconcile` came to. */

export interface Settled {
  /** Coupons that a shop has made now. */
  readonly issued: number;
  /** Coupons that the shop refused; the points are back. */
  readonly reversed: number;
  /** Expired coupons whose points are back. */
  readonly returned: number;
  /** Coupons that were cancelled at their shop. */
  readonly cancelled: number;
  /** Coupons that were looked at and are as they should be. */
  readonly looked: number;
  /** Orders that were read again, and orders that got their link. */
  readonly read: number;
  readonly linked: number;
  /** Orders that passed to the one who proved their e-mail. */
  readonly moved: number;
  /** What has to wait: its shop gave no answer. */
  readonly open: number;
  /** New findings for the owner. */
  readonly findings: number;
}

export const nothingSettled: Settled = {
  issued: 0,
  reversed: 0,
  returned: 0,
  cancelled: 0,
  looked: 0,
  read: 0,
  linked: 0,
  moved: 0,
  open: 0,
  findings: 0,
};

const names = [
  'issued',
  'reversed',
  'returned',
  'cancelled',
  'looked',
  'read',
  'linked',
  'moved',
  'open',
  'findings',
] as const satisfies (keyof Settled)[];

export const both = (a: Settled, b: Partial<Settled>): Settled => ({
  ...a,
  ...Object.fromEntries(names.map((name) => [name, a[name] + (b[name] ?? 0)])),
});
