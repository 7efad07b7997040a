/** Control routes: they exist in the laptop edition only, and need no key. */
import type { AuditReport } from '../functions/adapters/dynamodb/audit.ts';
import { type MovableClock, readSetting } from './clock.ts';
import type { Control, ControlRequest } from './http-server.ts';
import type { LocalJobs } from './jobs.ts';
import type { Received } from './manychat/double.ts';

const problem = (status: number, result: string, message: string) => ({
  status,
  json: { ok: false, result, message },
});

const setClock = ({ body }: ControlRequest, clock: MovableClock) => {
  let wanted: unknown;
  try {
    wanted = JSON.parse(body);
  } catch {
    wanted = undefined;
  }
  const to = readSetting(typeof wanted === 'object' && wanted !== null ? wanted : {}, clock.now());
  if (typeof to === 'string') return problem(400, 'bad_request', to);
  clock.set(to);
  return { status: 200, json: { now: new Date(clock.now()).toISOString() } };
};

export interface ControlPorts {
  readonly clock: MovableClock;
  readonly audit: () => Promise<AuditReport>;
  readonly jobs: LocalJobs;
  readonly outbox: () => readonly Received[];
}

export const controlRoutes = ({ clock, audit, jobs, outbox }: ControlPorts): Control => {
  const routes: Record<string, (request: ControlRequest) => Promise<{ status: number; json: unknown }>> = {
    'POST /_local/clock': async (request) => setClock(request, clock),
    'GET /_local/audit': async () => ({ status: 200, json: await audit() }),
    'GET /_local/outbox': async () => ({ status: 200, json: { ok: true, messages: outbox() } }),
    'POST /_local/run/remind': async () => ({
      status: 200,
      json: { ok: true, result: 'done', job: 'remind', ...(await jobs.remind()) },
    }),
  };
  return async (request) => {
    const route = routes[`${request.method} ${request.path}`];
    if (route !== undefined) return route(request);
    const other = Object.keys(routes).find((name) => name.endsWith(` ${request.path}`));
    return other === undefined
      ? undefined
      : problem(405, 'method_not_allowed', `This route takes ${other.split(' ')[0]}.`);
  };
};
