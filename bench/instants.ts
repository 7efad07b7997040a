/** Arithmetic on the instants at which calls arrived, in milliseconds and ascending. */

/** The most instants in any stretch of so many milliseconds, its beginning included and its end not. */
export const mostWithin = (instants: readonly number[], ms: number): number => {
  let most = 0;
  let from = 0;
  for (const [index, at] of instants.entries()) {
    while ((instants[from] ?? at) <= at - ms) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
};

/** Instants a second, from the first of each group to its last; what lies between groups does not count. */
export const perSecondWithin = (groups: readonly (readonly number[])[]): number => {
  let [steps, spent] = [0, 0];
  for (const group of groups) {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    steps += group.length - 1;
    spent += last - first;
  }
  if (spent === 0) throw new Error('expected several instants');
  return (steps * 1000) / spent;
};

/** Instants a second, from the first to the last. */
export const perSecond = (instants: readonly number[]): number => perSecondWithin([instants]);

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The instants of each stretch; stretches without any are left out. */
export const within = (instants: readonly number[], stretches: readonly Stretch[]): number[][] =>
  stretches
    .map(({ from, to }) => instants.filter((at) => at >= from && at <= to))
    .filter((held) => held.length > 0);

/** What lies between the last instant of a group and the first of the next, beyond the usual interval. */
export const pauses = (groups: readonly (readonly number[])[], intervalMs: number): number[] =>
  groups.slice(1).map((group, index) => {
    const before = groups[index]?.at(-1) ?? Number.NaN;
    return (group[0] ?? Number.NaN) - before - intervalMs;
  });
