/** A shop's own site on the bench: the shipped file itself, run by PHP or Node, over the small files of its example. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { currency, formatMinor, parseMoney } from '../../../functions/domain/money.ts';
import type { HookDelivery, OrderToPlace, PlacedOrder, ShopBench, ShopCoupon } from '../bench.ts';

export type SiteLanguage = 'php' | 'node';

const shipped = (name: string): string =>
  fileURLToPath(new URL(`../../../integrations/site/${name}`, import.meta.url));
const commands: Readonly<Record<SiteLanguage, { readonly command: string; readonly file: string }>> = {
  php: { command: 'php', file: shipped('loyalty.php') },
  node: { command: process.execPath, file: shipped('loyalty.mjs') },
};

const sold = currency.parse('USD');

const listening = (server: ReturnType<typeof createTcpServer> | Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

const freePort = async (): Promise<number> => {
  const server = createTcpServer();
  const port = await listening(server);
  await new Promise((closed) => server.close(closed));
  return port;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Runs a command in a group of its own, which ends when its input does: also where this process dies. */
const endsWithUs = '"$@" & cat > /dev/null; trap "" TERM; kill -TERM 0; wait';

interface Site {
  readonly port: number;
  end(): Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    child.once('exit', () => done());
  });

/** @returns undefined where somebody else took the port meanwhile */
const startOn = async (
  port: number,
  which: SiteLanguage,
  env: NodeJS.ProcessEnv,
): Promise<Site | undefined> => {
  const { command, file } = commands[which];
  const words = which === 'php' ? [command, '-S', `127.0.0.1:${port}`, file] : [command, file];
  const child = spawn('sh', ['-c', endsWithUs, 'sh', ...words], {
    // Four requests at a time: what two of them do to each other is to be seen.
    env: { ...env, PORT: String(port), PHP_CLI_SERVER_WORKERS: '4' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      // The beginning says why it did not start; later lines are one for each request.
      if (told.length < 4_000) told += chunk.toString();
    });
  const gone = ended(child);
  const end = (): Promise<void> => {
    child.stdin.end();
    return gone;
  };
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (/in use|EADDRINUSE/i.test(told)) {
      await end();
      return undefined;
    }
    if (/started|listening/i.test(told) && (await answers(port))) return { port, end };
    await rest(20);
  }
  await end();
  throw new Error(`the site did not start: ${told}`);
};

const start = async (which: SiteLanguage, env: NodeJS.ProcessEnv): Promise<Site> => {
  for (let tries = 0; tries < 5; tries++) {
    const site = await startOn(await freePort(), which, env);
    if (site !== undefined) return site;
  }
  throw new Error('no port was free five times in a row');
};

const mustRun = async (which: SiteLanguage): Promise<void> => {
  await promisify(execFile)(commands[which].command, ['--version']).catch(() => {
    throw new Error('PHP is missing: install php-cli, such as by "apt-get install php-cli"');
  });
};

interface Front {
  readonly url: string;
  readonly hookUrl: string;
  calls(): number;
  /** What was pushed since it was asked last. */
  pushed(): HookDelivery | undefined;
  close(): Promise<void>;
}

const bodyOf = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** Stands before the site and counts; and takes what the site pushes. */
const openFront = async (portOfSite: () => number): Promise<Front> => {
  let calls = 0;
  let pushed: HookDelivery | undefined;
  const server = createServer(async (incoming, outgoing) => {
    if (incoming.url === '/hook') {
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      );
      pushed = { headers, body: await bodyOf(incoming) };
      outgoing.end('{"ok":true}');
      return;
    }
    calls += 1;
    const { method, url, headers } = incoming;
    const to = { host: '127.0.0.1', port: portOfSite(), method, path: url, headers, agent: false } as const;
    const onward = httpRequest(to, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/loyalty`,
    hookUrl: `http://127.0.0.1:${port}/hook`,
    calls: () => calls,
    pushed: () => {
      const last = pushed;
      pushed = undefined;
      return last;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};

/** An order as the example keeps it: the Order of the push contract. */
interface Kept {
  readonly order_number: string;
  readonly order_id: string;
  readonly email: string;
  readonly total: string;
  readonly refunded: string;
  readonly currency: string;
  readonly status: string;
  readonly placed_at: string;
  readonly updated_at: string;
  readonly test: boolean;
  readonly coupon_codes: readonly string[];
}

/** The example's files, as the shop's own software would write them. */
const openFiles = (folder: string) => {
  const pathOf = (kind: string, name: string): string => {
    mkdirSync(join(folder, kind), { recursive: true });
    return join(folder, kind, `${encodeURIComponent(name.toUpperCase())}.json`);
  };
  const draftOf = (path: string, record: object): string => {
    const draft = `${path}.${randomBytes(8).toString('hex')}`;
    writeFileSync(draft, JSON.stringify(record));
    return draft;
  };
  return {
    read: (kind: string, name: string) => {
      try {
        return JSON.parse(readFileSync(pathOf(kind, name), 'utf8'));
      } catch {
        return undefined;
      }
    },
    write: (kind: string, name: string, record: object): void => {
      const path = pathOf(kind, name);
      renameSync(draftOf(path, record), path);
    },
    /** False where there is one already. */
    create: (kind: string, name: string, record: object): boolean => {
      const path = pathOf(kind, name);
      const draft = draftOf(path, record);
      try {
        linkSync(draft, path);
        return true;
      } catch {
        return false;
      } finally {
        rmSync(draft);
      }
    },
    remove: (kind: string, name: string): void => rmSync(pathOf(kind, name), { force: true }),
  };
};
type Files = ReturnType<typeof openFiles>;

const minorOf = (text: string): number => {
  const minor = parseMoney(text, sold);
  if (minor === undefined) throw new Error(`no sum: ${text}`);
  return minor;
};

/** What people do at the shop: they buy, and the shop gives back and cancels. @param nowMs the shop's own clock */
const openTill = (files: Files, nowMs: () => number) => {
  let placed = 1000;
  let changedAt = 0;
  const change = (order: Omit<Kept, 'updated_at'>): void => {
    // No two changes at one moment: which of them is newer is to be known.
    changedAt = Math.max(changedAt + 1, nowMs());
    files.write('orders', order.order_number, { ...order, updated_at: new Date(changedAt).toISOString() });
  };
  const kept = ({ number }: PlacedOrder): Kept => {
    const order = files.read('orders', number);
    if (order === undefined) throw new Error(`there is no order ${number}`);
    return order;
  };
  const isCurrent = (code: string): boolean => {
    const coupon = files.read('coupons', code);
    return coupon !== undefined && Date.parse(coupon.expires_at) > nowMs();
  };
  return {
    place: ({ email, total, status = 'paid', test = false, coupon }: OrderToPlace): PlacedOrder => {
      placed += 1;
      const number = String(placed);
      if (coupon !== undefined) {
        const used = isCurrent(coupon) && files.create('ended', coupon, { by: 'used', order: number });
        if (!used) throw new Error('the shop does not take this coupon');
      }
      change({
        order_number: number,
        order_id: number,
        email,
        total: formatMinor(minorOf(total), sold),
        refunded: '0.00',
        currency: sold,
        status,
        placed_at: new Date(nowMs()).toISOString(),
        test,
        coupon_codes: coupon === undefined ? [] : [coupon],
      });
      return { number, id: number };
    },
    refund: (order: PlacedOrder, amount?: string): void => {
      const before = kept(order);
      const total = minorOf(before.total);
      const back = minorOf(before.refunded);
      const refunded = amount === undefined ? total : back + minorOf(amount);
      if (refunded > total) throw new Error('more than was paid');
      const status = refunded === total ? 'refunded' : before.status;
      change({ ...before, refunded: formatMinor(refunded, sold), status });
    },
    cancel: (order: PlacedOrder): void => {
      const before = kept(order);
      change({ ...before, status: 'cancelled' });
      for (const code of before.coupon_codes) files.remove('ended', code);
    },
    coupons: (code: string): readonly ShopCoupon[] => {
      const coupon = files.read('coupons', code);
      if (coupon === undefined) return [];
      const end = files.read('ended', code);
      const uses = end?.by === 'used' ? 1 : 0;
      const usable = end === undefined && isCurrent(code);
      return [{ code: coupon.code, uses, usable, expiresAt: coupon.expires_at }];
    },
  };
};

export interface SiteBenchOptions {
  /** The clock of the shop's till. The site's signatures go by the machine's clock, whatever this says. */
  readonly nowMs?: () => number;
}

export const openSiteBench = async (
  which: SiteLanguage,
  { nowMs = Date.now }: SiteBenchOptions = {},
): Promise<ShopBench> => {
  await mustRun(which);
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-site-'));
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  let port = 0;
  const front = await openFront(() => port);
  const env = {
    PATH: process.env['PATH'],
    LOYALTY_SITE_SECRET: secret,
    LOYALTY_SITE_DATA: folder,
    LOYALTY_SITE_CURRENCY: sold,
    LOYALTY_HOOK_URL: front.hookUrl,
  };
  const site = await start(which, env);
  port = site.port;
  const till = openTill(openFiles(folder), nowMs);
  const { command, file } = commands[which];
  return {
    kind: 'site',
    section: { kind: 'site', url: front.url },
    secrets: { secret },
    currency: sold,
    products: ['TT-01'],
    place: async (order) => till.place(order),
    refund: async (order, amount) => till.refund(order, amount),
    cancel: async (order) => till.cancel(order),
    coupons: async (code) => till.coupons(code),
    hook: async ({ number }) => {
      await promisify(execFile)(command, [file, 'push', number], { env });
      return front.pushed();
    },
    calls: front.calls,
    close: async () => {
      await site.end();
      await front.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
