/** How many calls of one operation an account may make in a second. */

export interface RateLimit {
  /** Notes the arrival. @returns false if it is one too many */
  take(path: string, perSecond: number, nowMs: number): boolean;
  /** When calls arrived, those that were one too many as well. */
  arrivals(operation: string): readonly number[];
}

/** Whether the path is meant by a name such as `sendFlow`, `sending/sendFlow` or `/fb/sending/sendFlow`. */
export const isNamed = (path: string, operation: string): boolean =>
  path === operation || path.endsWith(`/${operation}`);

export const rateLimit = (): RateLimit => {
  const arrived = new Map<string, number[]>();
  const admitted = new Map<string, number[]>();
  return {
    take: (path, perSecond, nowMs) => {
      listOf(arrived, path).push(nowMs);
      // Only calls that were let in fill the second: a caller who knocks on gets in again.
      const lately = listOf(admitted, path).filter((at) => nowMs - at < 1_000);
      const free = lately.length < perSecond;
      admitted.set(path, free ? [...lately, nowMs] : lately);
      return free;
    },
    arrivals: (operation) =>
      [...arrived]
        .flatMap(([path, instants]) => (isNamed(path, operation) ? instants : []))
        .toSorted((a, b) => a - b),
  };
};

const listOf = (lists: Map<string, number[]>, path: string): number[] => {
  const list = lists.get(path) ?? [];
  lists.set(path, list);
  return list;
};
