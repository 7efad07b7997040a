/**
 * Processes beside the house's own, over its table and clock: each has its own connections, its own tokens and its own way out to
 * the shops, so that one can die alone, or meet faults that the others do not.
 */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { openTable, type Table } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { dynamoShopRecords } from '../../functions/adapters/dynamodb/shop-records.ts';
import type { CallShop } from '../../functions/adapters/shops/connection.ts';
import { shopCalls } from '../../functions/adapters/shops/http.ts';
import { openShops } from '../../functions/adapters/shops/open.ts';
import { type Coupon, coupon } from '../../functions/domain/coupon.ts';
import { type Instant, later } from '../../functions/domain/ids.ts';
import { type Reconciled, reconciler } from '../../functions/jobs/reconcile/handler.ts';
import { settler } from '../../functions/jobs/settle/handler.ts';
import { both, nothingSettled, type Settled } from '../../functions/jobs/settle/summary.ts';
import { type Log, told } from '../../functions/platform/log.ts';
import type { Stopwatch } from '../../functions/ports/environment.ts';
import { systemChance, systemStopwatch } from '../../functions/wiring.ts';
import { roomsOver, tableName } from '../../local/edition.ts';
import { localGate, localKey } from '../../local/gate.ts';
import { lambdaContext, matchRoute, targetOf } from '../../local/gateway-event.ts';
import type { Hook } from '../support/crash.ts';
import { type Trouble, troubled } from '../support/faults.ts';
import type { House, Reply, Shop } from '../support/house.ts';
import type { ShopBench } from './bench.ts';

export const storeId = 'shop';

/** Nobody waits between two tries. */
const restless: Stopwatch = { nowMs: () => 0, until: () => Promise.resolve() };

export interface Process {
  readonly table: Table;
  /** Faults of the table, for this process alone. */
  readonly trouble: Trouble;
  readonly logged: {
    readonly faults: { readonly route: string; readonly name: string; readonly message: string }[];
    readonly events: { readonly name: string; readonly facts: Readonly<Record<string, unknown>> }[];
  };
  request(
    method: string,
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly json: Reply }>;
  chat(verb: string, body: unknown): Promise<Reply>;
  /** One run, for this program alone. */
  settle(): Promise<Settled>;
  /** One run, for this program alone. */
  reconcile(): Promise<Reconciled>;
  close(): void;
}

export interface ProcessOptions {
  /** Done before and after each call that leaves; what it throws, the call throws. */
  readonly hook?: Hook;
  /** Around each call to a shop. */
  readonly through?: (call: CallShop) => CallShop;
  /** The shops' credentials by the id of the store. */
  readonly secrets: Readonly<Record<string, unknown>>;
  /** What signatures of our own requests are stamped with; the house's clock unless told. */
  readonly nowMs?: (() => number) | undefined;
  readonly call?: CallShop;
  /** By which a job knows that its time is over. */
  readonly shift?: Stopwatch;
}

const roleOf = (path: string): 'chat' | 'store' | 'admin' => {
  if (path.startsWith('/v1/store')) return 'store';
  return path.startsWith('/v1/admin') ? 'admin' : 'chat';
};

const quietly = () => {
  const logged: Process['logged'] = { faults: [], events: [] };
  const log: Log = {
    request: () => undefined,
    fault: (_, route, error) => {
      const { name, message } = told(error);
      logged.faults.push({ route, name, message });
    },
    event: (name, facts) => void logged.events.push({ name, facts }),
    oldestDue: () => undefined,
  };
  return { logged, log };
};

const hookedTable = (house: House, hook: Hook): Table => {
  const table = openTable(tableName, house.engine.endpoint);
  table.client.middlewareStack.add(
    (next) => async (args) => {
      await hook('other', 'before');
      const came = await next(args);
      await hook('other', 'after');
      return came;
    },
    { step: 'initialize', priority: 'high', name: 'hook' },
  );
  return table;
};

/** A process as a new one would be made, serving one program. */
export const openProcess = (house: House, shop: Shop, options: ProcessOptions): Process => {
  const { hook = () => undefined, through = (call) => call, secrets, shift = systemStopwatch } = options;
  const { clock } = house;
  const table = hookedTable(house, hook);
  const trouble = troubled(table);
  const { logged, log } = quietly();
  const plain = through(options.call ?? shopCalls({ loopback: true }));
  const call: CallShop = async (request, signal) => {
    await hook('other', 'before');
    const came = await plain(request, signal);
    await hook('other', 'after');
    return came;
  };
  const ports = {
    gate: localGate(dynamoGate(table, clock), true),
    ledger: dynamoLedger(table, systemChance),
    clock,
    chance: systemChance,
    log,
    shops: openShops({
      secrets: { of: async (_, store) => secrets[store] },
      call,
      stopwatch: restless,
      nowMs: options.nowMs ?? (() => clock.now()),
    }),
    records: dynamoShopRecords(table),
  };
  const agenda = { ...dynamoAgenda(table), programs: async () => [shop.program.id] };
  const jobs = { ...ports, agenda, stopwatch: shift };
  const rooms = roomsOver(ports);
  const request: Process['request'] = async (method, path, body, headers = {}) => {
    const target = targetOf(path);
    if (target === undefined) throw new Error(`no path: ${path}`);
    const { room, routeKey, pathParameters } = matchRoute(method, target);
    const now = Date.now();
    const event = {
      version: '2.0',
      routeKey,
      rawPath: target.rawPath,
      rawQueryString: '',
      headers: { 'x-api-key': localKey(roleOf(path), shop.id), ...headers },
      pathParameters: { ...pathParameters },
      requestContext: {
        accountId: 'local',
        apiId: 'local',
        domainName: 'loyalty.local',
        domainPrefix: 'loyalty',
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: `test-${now}`,
        routeKey,
        stage: '$default',
        time: new Date(now).toUTCString(),
        timeEpoch: now,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      isBase64Encoded: false,
    };
    const answer = await rooms[room](event, lambdaContext(room, 'test'));
    return { status: answer.statusCode ?? 0, json: JSON.parse(answer.body ?? 'null') };
  };
  return {
    table,
    trouble,
    logged,
    request,
    chat: async (verb, body) => (await request('POST', `/v1/${verb}`, body)).json,
    settle: settler(() => jobs),
    reconcile: reconciler(() => jobs),
    close: () => table.client.destroy(),
  };
};

/** The program's coupons as the table has them. */
export const couponsIn = async (table: Table, program: string): Promise<readonly Coupon[]> => {
  const found: Coupon[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        ConsistentRead: true,
        FilterExpression: 'begins_with(#pk, :pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': `P#${program}#C#` },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    found.push(...(page.Items ?? []).map((item) => coupon.parse(item)));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
};

/** A program with one shop that makes its coupons. The reward `five-off` costs 200 of 1,000 that everybody begins with. */
export const openWith = (house: House, bench: ShopBench, change?: (file: Reply) => void): Promise<Shop> =>
  house.open((file: Reply) => {
    file.currency = bench.currency;
    file.timezone = 'UTC';
    file.signup_bonus = 1000;
    file.stores = [{ id: storeId, ...bench.section }];
    file.rewards = [
      {
        id: 'five-off',
        name: { en: '5 off' },
        points: 200,
        kind: 'amount',
        value: '5.00',
        url: 'https://shop.example/cart',
        coupon: { prefix: 'FIVE', expires_after_days: 30 },
      },
    ];
    change?.(file);
  });

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

export const forward = (house: House, ms: number): Instant => {
  const to = later(house.clock.now(), ms);
  house.clock.set(to);
  return to;
};

/** Runs `settle` over and over while time passes, until nothing is due any more for so long. */
export const settleFor = async (house: House, process: Process, ms: number): Promise<Settled> => {
  let total = nothingSettled;
  const until = house.clock.now() + ms;
  for (let step = minuteMs; house.clock.now() < until; step *= 2) {
    forward(house, Math.min(step, Math.max(1_000, until - house.clock.now())));
    total = both(total, await process.settle());
  }
  return total;
};
