/** What a run of the sender came to. */

export interface Summary {
  /** Messages that ManyChat took. */
  readonly sent: number;
  /** Messages of which it is not known whether they went out; they are not repeated. */
  readonly unconfirmed: number;
  /** Periods that ended without a message, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Messages that ManyChat refused for good, by reason. */
  readonly closed: Readonly<Record<string, number>>;
  /** Members whose reminder was put off: quiet hours of their own, or activity. */
  readonly later: number;
  /** Contacts whose fields were written without a message. */
  readonly mirrored: number;
  /** Members who are still due: ManyChat was busy, or something must be mended first. */
  readonly held: number;
  /** What the owner must mend. */
  readonly troubles: readonly string[];
}

export const nothing: Summary = {
  sent: 0,
  unconfirmed: 0,
  skipped: {},
  closed: {},
  later: 0,
  mirrored: 0,
  held: 0,
  troubles: [],
};

const added = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) => {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
};

export const together = (a: Summary, b: Summary): Summary => ({
  sent: a.sent + b.sent,
  unconfirmed: a.unconfirmed + b.unconfirmed,
  skipped: added(a.skipped, b.skipped),
  closed: added(a.closed, b.closed),
  later: a.later + b.later,
  mirrored: a.mirrored + b.mirrored,
  held: a.held + b.held,
  troubles: [...new Set([...a.troubles, ...b.troubles])],
});

/** Adds up what single members came to. */
export const counting = () => {
  let sum = nothing;
  return {
    add: (part: Partial<Summary>) => {
      sum = together(sum, { ...nothing, ...part });
    },
    total: () => sum,
  };
};
