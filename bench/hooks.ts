/** What a webhook costs: requests and units, and CPU time beside what its signature, its parsing and its two calls take alone. */
import { ownHookCpuRatio } from './budgets.ts';
import { type CountedHook, countHooks, hookFaults } from './hooks-counts.ts';
import { type Arms, difference, measuredApart, of } from './measured-apart.ts';
import { type Measurement, median, type Outcome, quantile, table } from './measurement.ts';
import { type HookKind, hookKinds } from './shops-orders.ts';

/** One line for each operation where all kinds ask the same, else one for each group of kinds. */
const rowsOf = (counted: readonly CountedHook[]): string[][] =>
  [...Map.groupBy(counted, ({ operation }) => operation)].flatMap(([operation, list]) => {
    const groups = Map.groupBy(list, (one) => [one.requests, one.reads, one.writes, one.commands].join());
    return [...groups.values()].map((alike) => {
      const [first] = alike;
      const at = alike.length === hookKinds.length ? 'all' : alike.map(({ kind }) => kind).join(', ');
      const counts = [first?.requests, first?.reads, first?.writes].map(String);
      return [operation, at, ...counts, first?.commands ?? ''];
    });
  });

const micros = (value: number): string => value.toFixed(0);

interface Share {
  readonly kind: HookKind;
  readonly own: number;
  readonly bare: number;
}

const sharesOf = (arms: Arms): Share[] =>
  hookKinds.map((kind) => {
    const bare = of(arms, `${kind}: signature, parsing and calls alone`);
    return { kind, own: difference(of(arms, kind), bare), bare: median(bare) };
  });

/** One sentence for each kind of shop whose webhooks take more of our own CPU time than they may. */
export const cpuFaults = (shares: readonly Share[]): string[] =>
  shares
    .filter(({ own, bare }) => own > bare * ownHookCpuRatio)
    .map(
      ({ kind, own, bare }) =>
        `our own part of a webhook of ${kind} takes ${micros(own)} µs, at most ${ownHookCpuRatio} × the ${micros(bare)} µs of what cannot be left out`,
    );

export const hooks: Measurement = {
  name: 'hooks',
  about: 'requests, units and CPU time of a webhook, for each kind of shop that sends them',
  run: async ({ quick, say }): Promise<Outcome> => {
    const counted: CountedHook[] = [];
    for (const kind of hookKinds) {
      say(kind);
      counted.push(...(await countHooks(kind)));
    }
    const rounds = quick ? 7 : 21;
    say(`${rounds} rounds of 100 new orders in three ways, of each kind of shop`);
    const arms = await measuredApart('hooks-cpu-process.ts', { rounds });
    const shares = sharesOf(arms);
    const rows = [...arms].map(([arm, values]) => [
      arm,
      micros(median(values)),
      micros(quantile(values, 0.25)),
      micros(quantile(values, 0.75)),
    ]);
    return {
      lines: [
        ...table(['webhook', 'of', 'requests', 'RRU', 'WRU', 'sent'], rowsOf(counted)),
        '',
        ...table(['a new order', 'CPU µs', 'lower quarter', 'upper quarter'], rows),
        ...shares.map(
          ({ kind, own, bare }) =>
            `${kind}: ours ${micros(own)} µs, ${(own / bare).toFixed(2)} of the ${micros(bare)} µs of its signature, parsing and calls alone`,
        ),
      ],
      broken: [...hookFaults(counted), ...cpuFaults(shares)].map((sentence) => `hooks: ${sentence}`),
    };
  },
};
