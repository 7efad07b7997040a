/** Chance that comes out the same every time: a year is drawn from its seed. */
import { createHash } from 'node:crypto';

export interface Draw {
  /** From 0 up to, not including, 1. */
  share(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** Whether something happens that happens this often. */
  happens(probability: number): boolean;
  one<const T extends readonly [unknown, ...unknown[]]>(list: T): T[number];
}

const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(4);

/** Draws that are named: what one customer does moves no draw of another's (mulberry32). */
export const drawing = (seed: number, name: string): Draw => {
  let state = numberOf(`${seed} ${name}`);
  const share = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(share() * (to - from + 1));
  return {
    share,
    whole,
    happens: (probability) => share() < probability,
    one: (list) => list[whole(0, list.length - 1)] ?? list[0],
  };
};
