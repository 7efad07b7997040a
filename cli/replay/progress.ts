/** How far a replay is: a bar on a terminal, a line now and then elsewhere. */
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** Begins a part of so many steps. */
  begin(part: string, steps: number): void;
  step(): void;
  /** Ends the part, also in the middle. */
  end(): void;
}

const grouped = (n: number): string => n.toLocaleString('en');

/** A part is told at its end and so many times before. */
const linesEach = 4;

const lines = (write: (line: string) => void): Progress => {
  let part = '';
  let steps = 0;
  let done = 0;
  return {
    begin: (name, of) => {
      [part, steps, done] = [name, of, 0];
    },
    step: () => {
      done += 1;
      const share = (n: number) => Math.floor((n * linesEach) / steps);
      if (share(done) > share(done - 1)) write(`${part}: ${grouped(done)} of ${grouped(steps)}`);
    },
    end: () => undefined,
  };
};

const bar = (stream: NodeJS.WriteStream): Progress => {
  const format = '{part} {bar} {percentage}%  {value}/{total}  {eta_formatted} left';
  const shown = new SingleBar({ format, stream, hideCursor: true }, Presets.shades_classic);
  return {
    begin: (part, steps) => shown.start(steps, 0, { part: part.padEnd(16) }),
    step: () => shown.increment(),
    end: () => shown.stop(),
  };
};

export const progressOn = (stream: NodeJS.WriteStream): Progress =>
  stream.isTTY ? bar(stream) : lines((line) => void stream.write(`${line}\n`));

/** Says nothing. */
export const silent: Progress = { begin: () => undefined, step: () => undefined, end: () => undefined };
