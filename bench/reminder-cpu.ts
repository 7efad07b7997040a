/** CPU time of a reminder in the sender, and how much of it is ours: the same calls alone, in the same run. */
import { ownSenderCpuRatio } from './budgets.ts';
import { startStub } from './manychat-stub.ts';
import { difference, measuredApart, of } from './measured-apart.ts';
import { type Measurement, median, type Outcome, quantile, table } from './measurement.ts';

const kinds = ['fields as they were', 'fields changed'] as const;
const ms = (micros: number): string => (micros / 1000).toFixed(2);

export const reminderCpu: Measurement = {
  name: 'reminder-cpu',
  about: 'CPU time of a reminder in the sender, and our own share beside its calls’',
  run: async ({ quick, say }): Promise<Outcome> => {
    const rounds = quick ? 5 : 15;
    say(`${rounds} rounds of 100 reminders in four ways`);
    const stub = await startStub();
    try {
      const arms = await measuredApart('sender-cpu-process.ts', { rounds, base: stub.url });
      const rows = [...arms].map(([arm, values]) => [
        arm,
        ms(median(values)),
        ms(quantile(values, 0.25)),
        ms(quantile(values, 0.75)),
      ]);
      const shares = kinds.map((kind) => {
        const calls = of(arms, `${kind}: its calls alone`);
        const own = difference(of(arms, kind), calls);
        return { kind, own, calls: median(calls), ratio: own / median(calls) };
      });
      return {
        lines: [
          ...table(['', 'CPU ms', 'lower quarter', 'upper quarter'], rows),
          ...shares.map(
            ({ kind, own, calls, ratio }) =>
              `${kind}: ours ${ms(own)} ms, ${ratio.toFixed(2)} of its calls' ${ms(calls)} ms`,
          ),
        ],
        broken: shares
          .filter(({ ratio }) => ratio > ownSenderCpuRatio)
          .map(
            ({ kind, own, calls }) =>
              `reminder-cpu: ${kind}: our own part takes ${ms(own)} ms, at most ${ownSenderCpuRatio} × its calls' ${ms(calls)} ms`,
          ),
      };
    } finally {
      await stub.close();
    }
  },
};
