/** Clients of ManyChat doubles for the tests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { manychatOver } from '../../../functions/adapters/manychat/client.ts';
import { accountId, contactId } from '../../../functions/domain/ids.ts';
import { defaultPace, type Pace } from '../../../functions/domain/program.ts';
import type { ManyChat } from '../../../functions/ports/manychat.ts';
import { movableClock } from '../../../local/clock.ts';
import { startDouble } from '../../../local/manychat/double.ts';
import { frozenStopwatch } from './stopwatches.ts';

export const token = 'local:token';
export const ours = accountId.parse('ours');
/** An id that a number could not hold. */
export const ana = contactId.parse('61230987654321987');
export const flow = 'content20260101000000_000001';
export const yes = () => Promise.resolve(true);

const closing: (() => Promise<unknown>)[] = [];
export const closeAll = async (): Promise<void> => {
  await Promise.all(closing.splice(0).map((close) => close()));
};

export const opened = (client: ManyChat | undefined): ManyChat => {
  if (client === undefined) throw new Error('there is a token');
  return client;
};

export const open = async (
  base: string,
  { watch = frozenStopwatch(), withinMs = 10_000, tokens = { [ours]: token } } = {},
) => {
  const known: Readonly<Record<string, string>> = tokens;
  const over = manychatOver(
    { manychat: (account) => Promise.resolve(known[account]) },
    watch,
    base,
    withinMs,
  );
  return {
    watch,
    over: (account = ours, pace: Pace = defaultPace) => over(account, pace),
    client: opened(await over(ours, defaultPace)),
  };
};

/** A double with our flow and the fields `loyalty_points` and `loyalty_message`, and a client of it. */
export const scene = async (options: { withinMs?: number } = {}) => {
  const double = await startDouble({ clock: movableClock(), tokens: [token] });
  closing.push(double.close);
  const account = double.account(token);
  account.addFlow({ ns: flow, name: 'Reminder' });
  account.addField('loyalty_points', 'number');
  account.addField('loyalty_message', 'text');
  return { double, account, ...(await open(double.url, options)) };
};

/** A server that counts who connects, for what the double does not do. */
export const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const seen = { connections: 0, requests: 0 };
  const server = createServer((request, response) => {
    seen.requests += 1;
    request.resume().on('end', () => answer(request, response));
  });
  server.on('connection', () => {
    seen.connections += 1;
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return { seen, url: `http://127.0.0.1:${address.port}` };
};
export const success = (response: ServerResponse) => response.end('{"status":"success","data":{}}');
