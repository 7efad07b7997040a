/** Resident memory of the laptop edition's server after a replay of 6,919 orders, and after the audit that reads them all. */
import { callerOf } from '../cli/replay/caller.ts';
import { serverRss } from './budgets.ts';
import { grouped, type Measurement, type Outcome, table } from './measurement.ts';
import { type Resident, replayOnServer } from './server-process.ts';

const concurrency = 8;
const mb = (bytes: number): string => (bytes / 1_000_000).toFixed(0);

const moments = ['after the replay', 'after the audit'] as const;

export const memory: Measurement = {
  name: 'memory',
  about: 'resident memory of the laptop edition’s server after a replay',
  run: async ({ quick, say, orders }): Promise<Outcome> => {
    const file = orders ?? (quick ? 0.2 : 1);
    say(`replaying ${typeof file === 'string' ? file : 'made-up orders'}`);
    return replayOnServer({ orders: file, concurrency }, async ({ url, server, engine }, totals) => {
      const seen: { server: Resident; engine: Resident }[] = [{ server: server(), engine: engine() }];
      const caller = callerOf(url, 1);
      await caller.get('/_local/audit');
      caller.close();
      seen.push({ server: server(), engine: engine() });
      const rows = seen.map((at, index) => [
        moments[index] ?? '',
        mb(at.server.now),
        mb(at.server.peak),
        mb(at.engine.now),
      ]);
      const speed = grouped(Math.round(totals.orders / totals.claimSeconds));
      return {
        lines: [
          ...table(['', 'server MB', 'its peak', 'engine MB'], rows),
          `${grouped(totals.customers)} customers, ${grouped(totals.orders)} orders, ${grouped(totals.requests)} requests, ${speed} claims a second`,
        ],
        broken: seen.flatMap((at, index) =>
          at.server.now > serverRss
            ? [`memory: the server has ${mb(at.server.now)} MB ${moments[index]}, at most ${mb(serverRss)}`]
            : [],
        ),
      };
    });
  },
};
