/** A shop's own site on the bench: the shipped file itself, run by PHP or Node, over the small files of its example. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HookDelivery, ShopBench } from '../bench.ts';
import { commands, listening, mustRun, type SiteLanguage, startSite } from './process.ts';
import { openTill, sold } from './till.ts';

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
  const site = await startSite(which, env);
  port = site.port;
  const till = openTill(folder, nowMs);
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
