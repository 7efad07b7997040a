/** The year itself: from sweep to sweep, with everything that happens in between. */
import type { ProgramId } from '../../functions/domain/ids.ts';
import { instant } from '../../functions/domain/ids.ts';
import { serveAccount } from '../../functions/jobs/send/handler.ts';
import { sweeper } from '../../functions/jobs/sweep/handler.ts';
import { dayMs, nextSweep } from './clockwork.ts';
import { programs } from './terms.ts';
import type { World } from './world.ts';

const signal = () => AbortSignal.timeout(60_000);

/**
 * Who is due first in each program, however far ahead. Asked again only of programs that were just swept, and of all once a day:
 * what people do brings nothing nearer than that.
 */
const waitingLine = ({ ports }: World, ids: ReadonlyMap<string, ProgramId>, ends: number) => {
  const known = new Map<string, number>();
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (swept: number) => {
    const now = ports.clock.now();
    const old = now - askedAt >= dayMs;
    if (old) askedAt = now;
    const asked = programs.filter(({ id }) => old || (known.get(id) ?? Number.POSITIVE_INFINITY) <= swept);
    await Promise.all(
      asked.map(async ({ id: name }) => {
        const id = ids.get(name);
        const first = id && (await ports.agenda.oldest(id, 'remind', instant.parse(ends), signal()));
        if (first === undefined) known.delete(name);
        else known.set(name, first.dueAt);
      }),
    );
    return programs.flatMap((terms) => {
      const dueAt = known.get(terms.id);
      return dueAt === undefined ? [] : [{ terms, dueAt }];
    });
  };
};

/** @returns how many sweeps there were */
export const sweepThrough = async (world: World, begins: number, ends: number): Promise<number> => {
  const { ports, time } = world;
  const ids = new Map((await ports.agenda.programs(signal())).map((id): [string, ProgramId] => [id, id]));
  const sweep = sweeper(() => ({
    ...ports,
    nudges: {
      send: async (nudges) => {
        for (const { account, programs: of } of nudges) {
          // One program after the other and one member after the other, so that the order of turns is no accident.
          for (const program of of)
            await serveAccount(ports, { account, programs: [program], sharedBy: [] }, 1);
        }
      },
    },
  }));
  const waiting = waitingLine(world, ids, ends);
  let sweeps = 0;
  for (let last = begins; ports.clock.now() < ends; ) {
    const at = nextSweep(time.stopwatch.nowMs(), last, await waiting(last));
    // Nobody who joins is due within a day, so that far may be gone without another look.
    await time.goOn(Math.min(at, time.stopwatch.nowMs() + dayMs, ends));
    if (time.stopwatch.nowMs() !== at || at >= ends) continue;
    last = at;
    sweeps += 1;
    await sweep({ time: new Date(at).toISOString() });
  }
  return sweeps;
};
