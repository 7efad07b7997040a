/** A shop that answers on a loopback port: counts of calls are those of the real adapters over real HTTP. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AskedKind, answers, type Shelf } from './shops-answers.ts';
import { hookSecret } from './shops-orders.ts';

export interface LoopbackShop extends Shelf {
  readonly kind: AskedKind;
  readonly url: string;
  /** What stands under `stores` in the program file beside the id. */
  readonly section: object;
  /** What lies under the store's name where secrets lie. */
  readonly secrets: object;
  /** `away`: it hangs up on everybody. `lossy`: it makes a coupon and hangs up before it says so. */
  mood: 'well' | 'away' | 'lossy';
  /** Calls that reached it so far. */
  calls(): number;
  /** What went wrong in it, which no measurement survives. */
  faults(): readonly unknown[];
  close(): Promise<void>;
}

const path = { shopify: '', woocommerce: '', site: '/loyalty', vendure: '/admin-api' } as const;

const secretsOf: Readonly<Record<AskedKind, object>> = {
  shopify: { client_id: 'bench', client_secret: hookSecret },
  woocommerce: { consumer_key: 'ck_bench', consumer_secret: 'cs_bench', webhook_secret: hookSecret },
  site: { secret: hookSecret },
  vendure: { username: 'bench', password: 'bench' },
};

const bodyOf = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

export const startShop = async (kind: AskedKind): Promise<LoopbackShop> => {
  let calls = 0;
  const faults: unknown[] = [];
  const server = createServer(async (incoming, outgoing) => {
    calls += 1;
    try {
      const body = await bodyOf(incoming);
      const url = new URL(incoming.url ?? '/', shop.url);
      if (shop.mood === 'away') return void incoming.socket.destroy();
      const {
        status = 200,
        json,
        headers = {},
        made,
      } = answers[kind](shop, {
        method: incoming.method ?? 'GET',
        url,
        body,
      });
      if (shop.mood === 'lossy' && made === true) return void incoming.socket.destroy();
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
      outgoing.end(JSON.stringify(json));
    } catch (error) {
      faults.push(error);
      incoming.socket.destroy();
    }
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the shop has no port');
  const url = `http://127.0.0.1:${address.port}${path[kind]}`;
  const shop: LoopbackShop = {
    kind,
    url,
    section: { kind, url },
    secrets: secretsOf[kind],
    orders: new Map(),
    coupons: new Map(),
    refusing: false,
    mood: 'well',
    calls: () => calls,
    faults: () => faults,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return shop;
};
