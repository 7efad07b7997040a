/** An adapter connected to the fake: plain HTTP of this machine, and a stopwatch on which waiting takes no time. */
import type { CallShop, Connection } from '../../../functions/adapters/shops/connection.ts';
import { storeId } from '../../../functions/domain/ids.ts';
import type { AskedStore } from '../../../functions/domain/store.ts';
import type { Stopwatch } from '../../../functions/ports/environment.ts';
import type { ShopifyBench } from './bench.ts';

export const plainCall: CallShop = async ({ method, url, headers, body }, signal) => {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { kind: 'answered', status: response.status, headers: Object.fromEntries(response.headers), text };
  } catch {
    return { kind: 'trouble', reason: signal.aborted ? 'timeout' : 'unreachable', sent: true };
  }
};

export interface VirtualStopwatch extends Stopwatch {
  /** How long was waited, each time. */
  readonly waitedMs: number[];
  forward(ms: number): void;
}

export const virtualStopwatch = (): VirtualStopwatch => {
  let at = 1000;
  const waitedMs: number[] = [];
  return {
    waitedMs,
    nowMs: () => at,
    until: async (ms) => {
      waitedMs.push(ms - at);
      at = Math.max(at, ms);
    },
    forward: (ms) => {
      at += ms;
    },
  };
};

export interface Connected extends Connection {
  readonly stopwatch: VirtualStopwatch;
}

export const connectionTo = (
  { fake, secrets }: ShopifyBench,
  changes: {
    readonly secrets?: unknown;
    readonly store?: Partial<AskedStore>;
    readonly call?: CallShop;
  } = {},
): Connected => ({
  store: {
    id: storeId.parse('main'),
    kind: 'shopify',
    url: fake.url,
    makesCoupons: true,
    creditOn: 'paid',
    links: true,
    ...changes.store,
  },
  secrets: 'secrets' in changes ? changes.secrets : secrets,
  call: changes.call ?? plainCall,
  stopwatch: virtualStopwatch(),
  nowMs: () => fake.shop.now().getTime(),
});

/** Longer than any test takes. */
export const patient = (): AbortSignal => AbortSignal.timeout(30_000);
