/** Claims a second over HTTP, eight clients at once, on the embedded engine. No budget: it says more of the machine than of the code. */
import { grouped, type Measurement, median, type Outcome, quantile, table } from './measurement.ts';
import { replayOnServer } from './server-process.ts';

const concurrency = 8;
/** Some 2,000 orders of some 700 customers. */
const share = 0.3;

export const throughput: Measurement = {
  name: 'throughput',
  about: `claims a second over HTTP with ${concurrency} clients, on the embedded engine (no budget)`,
  run: async ({ quick, say }): Promise<Outcome> => {
    const rounds: { speed: number; p50: number; p99: number; claims: number }[] = [];
    for (let round = 1; round <= (quick ? 1 : 3); round += 1) {
      say(`round ${round}`);
      rounds.push(
        await replayOnServer({ orders: quick ? share / 3 : share, concurrency }, async (_, totals) => ({
          claims: totals.orders,
          speed: totals.orders / totals.claimSeconds,
          p50: quantile(totals.claimMs, 0.5),
          p99: quantile(totals.claimMs, 0.99),
        })),
      );
    }
    const rows = rounds.map(({ claims, speed, p50, p99 }, index) => [
      String(index + 1),
      grouped(claims),
      grouped(Math.round(speed)),
      p50.toFixed(1),
      p99.toFixed(1),
    ]);
    const middle = grouped(Math.round(median(rounds.map(({ speed }) => speed))));
    return {
      lines: [
        ...table(['round', 'claims', 'claims/s', 'p50 ms', 'p99 ms'], rows),
        `median ${middle} claims a second; clients, server and engine share this machine's cores`,
      ],
      broken: [],
    };
  },
};
