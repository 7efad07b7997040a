/** Control routes: they exist in the laptop edition only, and need no key. */
import * as z from 'zod/mini';
import type { AuditReport } from '../functions/adapters/dynamodb/audit.ts';
import { contactId, programId } from '../functions/domain/ids.ts';
import { type MovableClock, readSetting } from './clock.ts';
import type { Control, ControlRequest } from './http-server.ts';
import type { LocalJobs } from './jobs.ts';
import type { Received } from './manychat/double.ts';

const problem = (status: number, result: string, message: string) => ({
  status,
  json: { ok: false, result, message },
});

/** A body that is no JSON is told like one of another form. */
const jsonIn = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

const setClock = ({ body }: ControlRequest, clock: MovableClock) => {
  const wanted = jsonIn(body);
  const to = readSetting(typeof wanted === 'object' && wanted !== null ? wanted : {}, clock.now());
  if (typeof to === 'string') return problem(400, 'bad_request', to);
  clock.set(to);
  return { status: 200, json: { now: new Date(clock.now()).toISOString() } };
};

const one = z.object({ program: programId, contact: contactId });

/** All that is due; or one member as if their day had come, where the body names them. */
const remind = async ({ body }: ControlRequest, jobs: LocalJobs) => {
  const asked = jsonIn(body);
  const named = one.safeParse(asked);
  if (!named.success && body.trim() !== '' && !isEmptyObject(asked))
    return problem(400, 'bad_request', 'expected no body, or {"program": "demo", "contact": "1001"}');
  const came = named.success
    ? await jobs.remindOne(named.data.program, named.data.contact)
    : await jobs.remind();
  return { status: 200, json: { ok: true, result: 'done', job: 'remind', ...came } };
};

const done = (job: string, came: object) => ({
  status: 200,
  json: { ok: true, result: 'done', job, ...came },
});

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
    'POST /_local/run/remind': (request) => remind(request, jobs),
    'POST /_local/run/settle': async () => done('settle', await jobs.settle()),
    'POST /_local/run/reconcile': async () => done('reconcile', await jobs.reconcile()),
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
