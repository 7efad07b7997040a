/** @returns how far a shop's clock is ahead of ours, by the time that it told; undefined where it told none */
export const aheadMs = (told: string | undefined, nowMs: number): number | undefined => {
  const at = Date.parse(told ?? '');
  return Number.isNaN(at) ? undefined : at - nowMs;
};
