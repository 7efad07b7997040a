/** What does not fit between the books and the shops, and how far each shop was read. */
import Table from 'cli-table3';
import type { Instant } from '../../functions/domain/ids.ts';
import type { Program } from '../../functions/domain/program.ts';
import { isAsked } from '../../functions/domain/store.ts';
import type { Finding, ShopRecords } from '../../functions/ports/shop-records.ts';

export interface StoreReport {
  readonly program: string;
  readonly store: string;
  readonly kind: string;
  /** Changes since then are still to be read; null where the shop was never read. */
  readonly read_until: string | null;
  readonly findings: readonly {
    readonly kind: Finding['kind'];
    readonly code: string;
    readonly order: string | null;
    readonly at: string;
  }[];
}

/** More than that nobody works through by hand. */
const mostFindings = 1_000;

const iso = (at: Instant): string => new Date(at).toISOString();

export const storeReports = async (
  program: Program,
  records: ShopRecords,
  signal: AbortSignal,
): Promise<StoreReport[]> =>
  Promise.all(
    program.stores.filter(isAsked).map(async ({ id, kind }) => {
      const [cursor, findings] = await Promise.all([
        records.cursor(program.id, id, signal),
        records.findings(program.id, id, mostFindings, signal),
      ]);
      return {
        program: program.id,
        store: id,
        kind,
        read_until: cursor === undefined ? null : iso(cursor.since),
        findings: findings.map(({ kind: what, code, order, at }) => ({
          kind: what,
          code,
          order: order ?? null,
          at: iso(at),
        })),
      };
    }),
  );

/** What each finding means, and what to do about it. */
const means = {
  without_debit: 'used, but nobody’s points paid for it: look at the order in the shop',
  twice: 'used by a second order: look at both orders in the shop',
  without_coupon: 'paid with points, but not in the shop: make it there again, or cancel it here',
} as const;

export const shopLines = (reports: readonly StoreReport[]): string[] => {
  const lines = reports.map(({ program, store, kind, read_until: until, findings }) => {
    const read = until === null ? 'never read' : `read until ${until}`;
    return `${program}/${store} (${kind}): ${read}, ${findings.length} to look at`;
  });
  const rows = reports.flatMap(({ program, store, findings }) =>
    findings.map(({ kind, code, order, at }) => [`${program}/${store}`, code, order ?? '-', at, means[kind]]),
  );
  if (rows.length === 0) return lines;
  const table = new Table({
    head: ['store', 'coupon', 'order', 'found', 'what it is'],
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
  return [...lines, table.toString()];
};
