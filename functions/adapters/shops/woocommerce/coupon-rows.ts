/**
 * What WooCommerce has under a code. It keeps no code unique: calls in parallel make twins, of which `?code=` shows only the newest.
 * So ours are known by what we wrote into them, and one of them is left.
 */
import * as z from 'zod/mini';
import type { CouponSpec, MadeCoupon, Trouble } from '../../../ports/shops.ts';
import { denied, type Query, type WooCalls } from './calls.ts';

/** The last that WooCommerce writes of a new coupon: one that has it is complete. */
export const redemptionKey = '_loyalty_redemption_id';

const couponFields = 'id,code,status,description,usage_count,date_expires_gmt,meta_data';

export const couponRow = z.object({
  id: z.int(),
  code: z.string(),
  status: z.optional(z.string()),
  description: z.catch(z.string(), ''),
  usage_count: z.int(),
  date_expires_gmt: z.optional(z.nullable(z.string())),
  meta_data: z.array(z.object({ key: z.string(), value: z.unknown() })),
});
export type CouponRow = z.infer<typeof couponRow>;
type Named = Pick<CouponSpec, 'code' | 'redemption'>;

/** WooCommerce writes codes in lower case. */
export const sameCode = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const isUsed = (row: CouponRow): boolean => row.usage_count > 0;

/** Written with the code in one statement; the meta data come after it. */
export const mark = (redemption: string): string => `(${redemption})`;

/** `half`: ours, and the shop died while it made it: without limits or an end, perhaps. */
const whose = (row: CouponRow, redemption: string): 'ours' | 'half' | 'foreign' => {
  if (row.meta_data.some(({ key, value }) => key === redemptionKey && value === redemption)) return 'ours';
  return row.description.endsWith(mark(redemption)) ? 'half' : 'foreign';
};

interface Sorted {
  readonly ours: readonly CouponRow[];
  readonly half: readonly CouponRow[];
  readonly foreign: readonly CouponRow[];
}

const sort = (rows: readonly CouponRow[], redemption: string): Sorted => {
  // One in the bin or a draft cannot be used, but it may have been.
  const alive = rows.filter((row) => (row.status ?? 'publish') === 'publish' || isUsed(row));
  const of = (kind: ReturnType<typeof whose>) => alive.filter((row) => whose(row, redemption) === kind);
  return { ours: of('ours'), half: of('half'), foreign: of('foreign') };
};

type Rows = readonly CouponRow[];
export const isTrouble = (value: Rows | Sorted | Trouble | undefined): value is Trouble =>
  value !== undefined && 'kind' in value;

export const lister = (calls: WooCalls) => {
  const list = async (query: Query, code: string, signal: AbortSignal): Promise<Rows | Trouble> => {
    const told = await calls.read('coupons', { ...query, _fields: couponFields }, z.array(couponRow), signal);
    if (told.kind === 'denied') return denied(told);
    return told.kind === 'trouble' ? told : told.data.filter((row) => sameCode(row.code, code));
  };
  /**
   * All coupons under a code. The search shows twins; the look-up by code, which does not, is asked where the search shows nothing.
   * @param expected a coupon that is there for certain
   */
  return async ({ code, redemption }: Named, signal: AbortSignal, expected?: number) => {
    // Codes are long and random: a hundred others that contain one are not to be feared.
    const searched = await list({ search: code, per_page: '100' }, code, signal);
    if (isTrouble(searched)) return searched;
    if (searched.some(({ id }) => expected === undefined || id === expected))
      return sort(searched, redemption);
    const looked = await list({ code }, code, signal);
    if (isTrouble(looked)) return looked;
    const others = looked.filter(({ id }) => !searched.some((row) => row.id === id));
    return sort([...searched, ...others], redemption);
  };
};

export const remover = (calls: WooCalls) => {
  /** Past the bin. @returns how often it had been used by then; 0 where somebody else was faster. */
  const remove = async (id: number, signal: AbortSignal): Promise<number | Trouble> => {
    const request = { method: 'DELETE', path: `coupons/${id}` } as const;
    const gone = z.object({ usage_count: z.catch(z.int(), 0) });
    const told = await calls.write(request, { force: 'true' }, gone, signal);
    if (told.kind === 'told') return told.data.usage_count;
    if (told.kind === 'trouble') return told;
    return told.code === 'woocommerce_rest_shop_coupon_invalid_id' ? 0 : denied(told);
  };
  /** @returns how often they had been used */
  return async (rows: Rows, signal: AbortSignal): Promise<number | Trouble> => {
    const uses = await Promise.all(rows.map(({ id }) => remove(id, signal)));
    let total = 0;
    for (const use of uses) {
      if (typeof use !== 'number') return use;
      total += use;
    }
    return total;
  };
};

type Listed = Awaited<ReturnType<ReturnType<typeof lister>>>;

const made = { kind: 'made' } as const;

/**
 * One of ours is left: a used one before all, else the oldest, since parallel calls agree on that one without a word. Where
 * another coupon has the code ours goes, unless it was used: customers would get whichever is newer.
 * @returns undefined where there is none of ours, and none of others
 */
export const settler =
  (removeAll: ReturnType<typeof remover>) =>
  async (rows: Listed, signal: AbortSignal): Promise<MadeCoupon | undefined> => {
    if (isTrouble(rows)) return rows;
    const { ours, half, foreign } = rows;
    const used = ours.filter(isUsed);
    const oldest = ours.toSorted((a, b) => a.id - b.id).slice(0, 1);
    const unused = foreign.length > 0 ? [] : oldest;
    const kept = used.length > 0 ? used : unused;
    const surplus = [...ours.filter((row) => !kept.includes(row)), ...half];
    const uses = await removeAll(surplus, signal);
    if (typeof uses !== 'number') return uses;
    if (kept.length > 0) return made;
    return foreign.length > 0
      ? { kind: 'refused', detail: 'another coupon of the shop has this code' }
      : undefined;
  };
