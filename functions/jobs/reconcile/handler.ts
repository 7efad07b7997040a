/** The daily job: reads what changed in each shop since its last run, and repairs what webhooks lost. */
import pMap from 'p-map';
import { later } from '../../domain/ids.ts';
import { type AskedStore, isAsked } from '../../domain/store.ts';
import type { Cursor, Finding } from '../../ports/shop-records.ts';
import type { Shop } from '../../ports/shops.ts';
import { keepFindings } from '../../shops/findings.ts';
import { tellTrouble } from '../../shops/look-up.ts';
import { takeShopOrder } from '../../shops/news.ts';
import type { SettlePorts } from '../ports.ts';
import { eachProgram, settleProgram } from '../settle/handler.ts';
import type { Turn } from '../settle/run.ts';
import { both, nothingSettled, type Settled } from '../settle/summary.ts';

/** Well before the function's time-out. */
const shiftMs = 12 * 60_000;
/** A shop that was never read is read from here on: what is older is looked up when it is claimed. */
const firstLookMs = 7 * 86_400_000;
/** Clocks differ, and a shop's index lags: each run looks back over the end of the one before. */
const overlapMs = 15 * 60_000;
/** So many orders of a page are written at once. */
const atOnce = 4;
/** So many orders without one that can be read: the shop changed how it writes them, and passing them over would lose them. */
const allUnreadable = 10;
/** More pages than that in one run are no end at all. */
const mostPages = 2_000;
/** A report that nobody reads to its end. */
const mostFindings = 100;

export interface Reconciled extends Settled {
  /** Orders that were read, and those that the books did not know so. */
  readonly orders: number;
  readonly repaired: number;
  /** Orders that are not what this kind of shop sends; they are passed over and told. */
  readonly unreadable: number;
  /** Stores that were not read to their end. */
  readonly unfinished: readonly string[];
  /** What does not fit, of this run and of those before. */
  readonly listed: readonly Finding[];
}

type Read = Pick<Reconciled, 'orders' | 'repaired' | 'findings' | 'unreadable'> & {
  readonly finished: boolean;
};

/** Where to go on: within a run that was interrupted, or since the one before. */
const begin = (
  known: Cursor | undefined,
  turn: Turn,
): Required<Pick<Cursor, 'since' | 'begunAt'>> & Cursor & { begunAt: Cursor['since'] } => {
  const now = turn.now();
  const since = known?.since ?? later(now, -firstLookMs);
  return known?.begunAt === undefined ? { since, begunAt: now } : { ...known, since, begunAt: known.begunAt };
};

const readStore = async (turn: Turn, shop: Shop, store: AskedStore): Promise<Read> => {
  const { program } = turn.open;
  const signal = () => turn.attempt().scope.signal;
  let at = begin(await turn.records.cursor(program.id, store.id, signal()), turn);
  let sum = { orders: 0, repaired: 0, findings: 0, unreadable: 0 };
  for (let pages = 0; pages < mostPages && !turn.over(); pages += 1) {
    const page = await shop.changedOrders(at.since, at.from, turn.shopSignal());
    if (page.kind === 'trouble') {
      tellTrouble(turn.log, program, store.id, 'reconcile', page);
      // A place in the middle that the shop does not know any more would be asked for ever: the next run begins anew.
      if (page.reason === 'malformed' && at.from !== undefined)
        await turn.records.keepCursor(program.id, store.id, { since: at.since }, signal());
      return { ...sum, finished: false };
    }
    if (page.orders.length === 0 && (page.unreadable?.length ?? 0) >= allUnreadable) {
      const detail = 'not one order of a whole page could be read';
      tellTrouble(turn.log, program, store.id, 'reconcile', { kind: 'trouble', reason: 'malformed', detail });
      return { ...sum, finished: false };
    }
    for (const id of page.unreadable ?? [])
      turn.log.event('order not readable', { program: program.id, store: store.id, order: id });
    const taken = await pMap(
      page.orders,
      (order) => {
        const { setting, scope } = turn.attempt();
        return takeShopOrder(turn, order, store, scope, setting);
      },
      { concurrency: atOnce },
    );
    const found = taken.flatMap(({ findings }) => findings);
    sum = {
      ...sum,
      unreadable: sum.unreadable + (page.unreadable?.length ?? 0),
      orders: sum.orders + page.orders.length,
      repaired: sum.repaired + taken.filter(({ changed }) => changed).length,
      findings: sum.findings + (await keepFindings(turn, program, found, signal())),
    };
    if (page.next === undefined) {
      await turn.records.keepCursor(program.id, store.id, { since: later(at.begunAt, -overlapMs) }, signal());
      return { ...sum, finished: true };
    }
    at = { ...at, from: page.next };
    await turn.records.keepCursor(program.id, store.id, at, signal());
  }
  return { ...sum, finished: false };
};

const nothing: Reconciled = {
  ...nothingSettled,
  orders: 0,
  repaired: 0,
  unreadable: 0,
  unfinished: [],
  listed: [],
};

const reconcileProgram = async (turn: Turn): Promise<Reconciled> => {
  const { program } = turn.open;
  const stores = program.stores.filter(isAsked);
  let total = nothing;
  for (const store of stores) {
    const shop = await turn.shops(program.id, store);
    const read = await readStore(turn, shop, store);
    total = {
      ...total,
      orders: total.orders + read.orders,
      repaired: total.repaired + read.repaired,
      unreadable: total.unreadable + read.unreadable,
      findings: total.findings + read.findings,
      unfinished: read.finished ? total.unfinished : [...total.unfinished, `${program.id}/${store.id}`],
    };
  }
  // Coupons that are due for a look are looked at in the same run, so that its list is whole.
  const came = await settleProgram(turn);
  const { signal } = turn.attempt().scope;
  const listed = await Promise.all(
    stores.map(({ id }) => turn.records.findings(program.id, id, mostFindings, signal)),
  );
  return { ...total, ...both(came, { findings: total.findings }), listed: listed.flat() };
};

const together = (a: Reconciled, b: Reconciled): Reconciled => ({
  ...both(a, b),
  orders: a.orders + b.orders,
  repaired: a.repaired + b.repaired,
  unreadable: a.unreadable + b.unreadable,
  unfinished: [...a.unfinished, ...b.unfinished],
  listed: [...a.listed, ...b.listed],
});

export type ReconcileHandler = () => Promise<Reconciled>;

/** Lambda's handler. @param ports made at the first event */
export const reconciler = (ports: () => SettlePorts): ReconcileHandler => {
  let made: SettlePorts | undefined;
  return async () => {
    made ??= ports();
    let total = nothing;
    await eachProgram(made, 'reconcile', shiftMs, async (turn) => {
      const came = await reconcileProgram(turn);
      total = together(total, came);
    });
    const { listed, ...counts } = total;
    // The codes themselves are for the owner's report, not for a log.
    made.log.event('reconciled', { ...counts, listed: listed.length });
    return total;
  };
};
