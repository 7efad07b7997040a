/** What a simulation ends with: the year's numbers, and where it parted from the model. */
import Table from 'cli-table3';
import type { Paint } from '../replay/report.ts';
import type { Outcomes, Verdict } from './simulating.ts';

const grouped = (n: number): string => n.toLocaleString('en');

/** So many findings are told; the rest is counted. */
const maxTold = 10;

/** Whether the year was as it should be. */
export const isRight = ({ differences, violations }: Verdict): boolean =>
  differences.length + violations.length === 0;

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, n) => total + n, 0);

const byProgram = ({ byProgram: of }: Verdict): Table.Table => {
  const reasons = [...new Set([...of.values()].flatMap(({ skipped }) => [...skipped.keys()]))].toSorted();
  const table = new Table({
    head: ['', ...of.keys(), 'all'],
    colAligns: ['left', ...[...of.keys(), 'all'].map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  const line = (name: string, count: (outcomes: Outcomes) => number) => {
    const counts = [...of.values()].map(count);
    table.push([name, ...counts.map(grouped), grouped(sum(counts))]);
  };
  line('members', ({ members }) => members);
  line('sent', ({ sent }) => sent);
  line('skipped', ({ skipped }) => sum(skipped.values()));
  for (const reason of reasons) line(`  ${reason}`, ({ skipped }) => skipped.get(reason) ?? 0);
  line('put off', ({ later }) => later);
  return table;
};

const overall = (verdict: Verdict, seed: number): Table.Table => {
  const table = new Table({ colAligns: ['left', 'right'], style: { head: [], border: [] } });
  table.push(
    ['seed', String(seed)],
    ['customers', grouped(verdict.customers)],
    ['what people and the shop did', grouped(verdict.events)],
    ['orders after the year, left out', grouped(verdict.ordersLeftOut)],
    ['sweeps', grouped(verdict.sweeps)],
    ['most members in one run', grouped(verdict.longestRun)],
    ['stopped on their way', grouped(verdict.withheld)],
    ...[...verdict.tally]
      .toSorted()
      .map(([name, count]): [string, string] => [`table: ${name}`, grouped(count)]),
    ['differences from the model', grouped(verdict.differences.length)],
    ['against a rule', grouped(verdict.violations.length)],
    ['seconds', verdict.seconds.toFixed(1)],
  );
  return table;
};

const told = (title: string, findings: readonly string[], paint: Paint): string[] => {
  if (findings.length === 0) return [];
  const more = findings.length - maxTold;
  return [
    '',
    paint.red(paint.bold(title)),
    ...findings.slice(0, maxTold).map((finding) => `  ${finding}`),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ];
};

export const report = (verdict: Verdict, seed: number, paint: Paint): string[] => [
  ...byProgram(verdict).toString().split('\n'),
  ...overall(verdict, seed).toString().split('\n'),
  ...told('Not as the model tells it:', verdict.differences, paint),
  ...told('Against a rule:', verdict.violations, paint),
  ...(isRight(verdict)
    ? ['', paint.green('Every message went out when and only when it should; nobody was written to twice.')]
    : []),
];
