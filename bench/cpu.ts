/** CPU time of requests, and how much of a claim's is ours and how much the SDK's: the same two calls alone, in the same run. */
import { ownCpuRatio } from './budgets.ts';
import { difference, measuredApart, of } from './measured-apart.ts';
import { type Measurement, median, type Outcome, quantile, table } from './measurement.ts';

const micros = (value: number): string => value.toFixed(0);

export const cpu: Measurement = {
  name: 'cpu',
  about: 'CPU time of a request in the handler, and our own share of a claim beside the SDK’s',
  run: async ({ quick, say }): Promise<Outcome> => {
    const [rounds, verbRounds] = quick ? [7, 3] : [31, 11];
    say(`${rounds} rounds of 100 claims in three ways, ${verbRounds} of 100 calls of other verbs`);
    const arms = await measuredApart('cpu-process.ts', { rounds, verbRounds });
    const sdk = median(of(arms, 'sdk alone'));
    const own = difference(of(arms, 'claim'), of(arms, 'sdk alone'));
    const log = difference(of(arms, 'claim'), of(arms, 'claim, no log'));
    const rows = [...arms].map(([arm, values]) => [
      arm,
      micros(median(values)),
      micros(quantile(values, 0.25)),
      micros(quantile(values, 0.75)),
    ]);
    return {
      lines: [
        ...table(['', 'CPU µs', 'lower quarter', 'upper quarter'], rows),
        `of a claim ours: ${micros(own)} µs, ${(own / sdk).toFixed(2)} of the SDK's ${micros(sdk)} µs; the log line takes ${micros(log)} of it`,
      ],
      broken:
        own > sdk * ownCpuRatio
          ? [
              `cpu: our own part of a claim takes ${micros(own)} µs, at most ${ownCpuRatio} × the SDK's ${micros(sdk)} µs`,
            ]
          : [],
    };
  },
};
