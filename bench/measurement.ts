/** What every measurement is: a name, tables to read, and the budgets that did not hold. */

export interface Options {
  /** Fewer rounds and shorter histories: for a look, not for the record. */
  readonly quick: boolean;
  /** A CSV file to replay instead of made-up orders. */
  readonly orders?: string;
  /** Tells what is being done, for people who wait. */
  readonly say: (line: string) => void;
}

export interface Outcome {
  readonly lines: readonly string[];
  /** One sentence for each budget that is broken, with its name in front. */
  readonly broken: readonly string[];
}

export interface Measurement {
  readonly name: string;
  readonly about: string;
  readonly run: (options: Options) => Promise<Outcome>;
}

/** The middle one; of an even number the lower of the two, which is one that was measured. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The smallest value that is not below the share of all values. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new Error('expected at least one value');
  return found;
};

export const grouped = (n: number): string => n.toLocaleString('en');

/** Columns under a header; the first to the left, the others to the right. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) =>
        column === 0 ? (row[0] ?? '').padEnd(width) : (row[column] ?? '').padStart(width),
      )
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)];
};
