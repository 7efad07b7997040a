/** The job that leaves nothing open: it does what is due for coupons, orders and e-mails, program by program. */
import pMap from 'p-map';
import type { ProgramId } from '../../domain/ids.ts';
import type { ErrandKind, Errands } from '../../ports/agenda.ts';
import type { SettlePorts } from '../ports.ts';
import { settleCoupon } from './coupons.ts';
import { settleMoves } from './moves.ts';
import { settleOrder } from './orders.ts';
import { type Turn, turnOf } from './run.ts';
import { both, nothingSettled, type Settled } from './summary.ts';

/** Well before the function's time-out, so that every call that has begun is also written down. */
const shiftMs = 80_000;
/** So many errands of a program are on their way at once: a shop's own limits are low. */
const atOnce = 4;

/** Does all errands of one kind that are due. One's fault stops no other. */
const serve = async <Kind extends ErrandKind>(
  turn: Turn,
  kind: Kind,
  work: (due: {
    readonly of: Errands[Kind];
    readonly dueAt: Parameters<typeof settleOrder>[2];
  }) => Promise<Partial<Settled>>,
): Promise<Settled> => {
  let came = nothingSettled;
  const { id } = turn.open.program;
  const now = turn.now();
  for await (const page of turn.agenda.errands(id, kind, now, new AbortController().signal)) {
    const one = async (due: (typeof page)[number]): Promise<void> => {
      if (turn.over()) return;
      try {
        // Others count while this one is at work.
        const part = await work(due);
        came = both(came, part);
      } catch (error) {
        turn.log.fault(id, `settle ${kind}`, error);
        came = both(came, { open: 1 });
      }
    };
    await pMap(page, one, { concurrency: atOnce });
    if (turn.over()) break;
  }
  return came;
};

/** Everything that is due for one program. */
export const settleProgram = async (turn: Turn): Promise<Settled> => {
  const parts = [
    await serve(turn, 'coupon', ({ of }) => settleCoupon(turn, of)),
    await serve(turn, 'order', ({ of, dueAt }) => settleOrder(turn, of, dueAt)),
    await serve(turn, 'email', ({ of }) => settleMoves(turn, of)),
  ];
  return parts.reduce(both);
};

/** So many programs are served at once, and none for longer than its share: one shop's trouble stops no other program. */
const programsAtOnce = 6;
const share = 0.5;

/** Does something for each program; one program's trouble stops no other. */
export const eachProgram = async (
  ports: SettlePorts,
  job: string,
  shiftMs: number,
  work: (turn: Turn) => Promise<void>,
): Promise<void> => {
  const { stopwatch } = ports;
  const endMs = stopwatch.nowMs() + shiftMs;
  const one = async (id: ProgramId): Promise<void> => {
    const ownEndMs = Math.min(endMs, stopwatch.nowMs() + shiftMs * share);
    const over = () => stopwatch.nowMs() >= ownEndMs;
    try {
      const open = await ports.gate.byProgram(id);
      if (open !== undefined && !over()) await work(turnOf(ports, open, over));
    } catch (error) {
      ports.log.fault(id, job, error);
    }
  };
  const ids = await ports.agenda.programs(AbortSignal.timeout(shiftMs));
  // Who comes last today comes first another time.
  const from = ports.chance.below(Math.max(1, ids.length));
  await pMap([...ids.slice(from), ...ids.slice(0, from)], one, { concurrency: programsAtOnce });
};

export type SettleHandler = () => Promise<Settled>;

/** Lambda's handler. @param ports made at the first event */
export const settler = (ports: () => SettlePorts): SettleHandler => {
  let made: SettlePorts | undefined;
  return async () => {
    made ??= ports();
    let total = nothingSettled;
    await eachProgram(made, 'settle', shiftMs, async (turn) => {
      const came = await settleProgram(turn);
      total = both(total, came);
    });
    if (Object.values(total).some((count) => count > 0)) made.log.event('settled', { ...total });
    return total;
  };
};
