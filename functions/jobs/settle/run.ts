/** One program's turn of a job that works on its shops: what it works with, and until when. */
import { type Instant, later } from '../../domain/ids.ts';
import type { Setting } from '../../domain/membership.ts';
import type { OpenProgram } from '../../ports/gate.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { SettlePorts } from '../ports.ts';

/** One errand: its calls to the shop and its writes. */
const errandWithinMs = 25_000;
/** One call to a shop, its tries included. */
const shopWithinMs = 12_000;

export interface Turn extends SettlePorts {
  readonly open: OpenProgram;
  /** A setting and a scope with an operation of their own, for one change. */
  attempt(): { readonly setting: Setting; readonly scope: Scope };
  shopSignal(): AbortSignal;
  now(): Instant;
  /** So many ms from now. */
  in(ms: number): Instant;
  /** Whether nothing more is to be begun. */
  over(): boolean;
  /** Stores that gave no answer in this run: they are left alone until the next. */
  readonly away: Set<string>;
}

export const turnOf = (ports: SettlePorts, open: OpenProgram, over: () => boolean): Turn => {
  const { chance, clock } = ports;
  return {
    ...ports,
    open,
    attempt: () => {
      const operation = chance.operation();
      const stamp = { operation, now: clock.now(), programVersion: open.version };
      return {
        setting: { program: open.program, emailKey: open.secrets.emailKey, stamp },
        scope: { program: open.program.id, operation, signal: AbortSignal.timeout(errandWithinMs) },
      };
    },
    shopSignal: () => AbortSignal.timeout(shopWithinMs),
    now: () => clock.now(),
    in: (ms) => later(clock.now(), ms),
    over,
    away: new Set(),
  };
};
