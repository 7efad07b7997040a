/** What does not fit between the books and a shop: kept for the owner, and told as a fault so that the alarm rings. */
import type { Program } from '../domain/program.ts';
import type { Log } from '../platform/log.ts';
import type { Finding, ShopRecords } from '../ports/shop-records.ts';

/** What the owner must look at. */
class NeedsOwner extends Error {
  override readonly name = 'NeedsOwner';
}

const what = {
  without_debit: 'an order used a coupon that nobody’s points paid for',
  twice: 'two orders used one coupon',
  without_coupon: 'points were paid for a coupon that the shop does not have',
} as const;

/** Each is told once, however often it is found. @returns how many are new */
export const keepFindings = async (
  { records, log }: { readonly records: ShopRecords; readonly log: Log },
  program: Program,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<number> => {
  let found = 0;
  for (const finding of findings) {
    if (!(await records.note(program.id, finding, signal))) continue;
    found += 1;
    const sentence = `${what[finding.kind]}, at store ${finding.store}: npm run report -- shops --program ${program.id}`;
    log.fault(program.id, 'shops', new NeedsOwner(sentence));
  }
  return found;
};
