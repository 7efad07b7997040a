/** What a replay ends with: the totals as a table, and what went otherwise than it should. */
import type { AuditReport } from '../../functions/adapters/dynamodb/audit.ts';
import type { Totals } from './replaying.ts';

export interface Paint {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
}

const grouped = (n: number): string => n.toLocaleString('en');

/** So many findings are told; the rest is counted. */
const maxTold = 20;

const rowsOf = (totals: Totals, audit: AuditReport): [string, string][] => {
  const { refused, creditedBefore } = totals;
  const speed = totals.claimSeconds > 0 ? totals.orders / totals.claimSeconds : 0;
  return [
    ['customers', grouped(totals.customers)],
    ...(totals.members > 0 ? [['  members before', grouped(totals.members)] satisfies [string, string]] : []),
    ['orders', grouped(totals.orders)],
    ['  pieces', grouped(totals.pieces)],
    ['  credited', grouped(totals.credited)],
    ...(creditedBefore > 0
      ? [['  credited before', grouped(creditedBefore)] satisfies [string, string]]
      : []),
    ...[...refused].sort().map(([result, count]): [string, string] => [`  ${result}`, grouped(count)]),
    ['points for orders', grouped(totals.orderPoints)],
    ...(creditedBefore > 0
      ? [['points credited before', grouped(totals.pointsBefore)] satisfies [string, string]]
      : []),
    ['points as signup bonus', grouped(totals.bonusPoints)],
    ['points with the bonus', grouped(totals.orderPoints + totals.bonusPoints)],
    ['requests', grouped(totals.requests)],
    ['seconds', totals.seconds.toFixed(1)],
    ['claims a second', grouped(Math.round(speed))],
    ['audit', audit.ok ? 'no violations' : `${grouped(audit.violations.length)} violations`],
    ['  members', grouped(audit.members)],
    ['  entries', grouped(audit.entries)],
    ['  orders', grouped(audit.orders)],
  ];
};

/** Names to the left, numbers to the right, ending under each other. */
const table = (rows: readonly (readonly [string, string])[]): string[] => {
  const names = Math.max(...rows.map(([name]) => name.length));
  const values = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([name, value]) => `${name.padEnd(names)}  ${value.padStart(values)}`);
};

const told = (title: string, findings: readonly string[], paint: Paint): string[] => {
  const more = findings.length - maxTold;
  return [
    paint.red(paint.bold(title)),
    ...findings.slice(0, maxTold).map((finding) => `  ${finding}`),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ];
};

/** Whether everything came out as the file says that it should. */
export const isRight = (totals: Totals, audit: AuditReport): boolean =>
  audit.ok && totals.unexplained.length === 0;

export const report = (totals: Totals, audit: AuditReport, paint: Paint): string[] => {
  const violations = audit.violations.map(
    ({ invariant, where, message }) => `invariant ${invariant}, ${where}: ${message}`,
  );
  return [
    ...table(rowsOf(totals, audit)),
    ...(violations.length > 0 ? ['', ...told('The books are not right:', violations, paint)] : []),
    ...(totals.unexplained.length > 0
      ? ['', ...told('Not as the file says:', totals.unexplained, paint)]
      : []),
    ...(isRight(totals, audit)
      ? ['', paint.green('Every order was answered as the file says that it should be; the books are right.')]
      : []),
  ];
};
