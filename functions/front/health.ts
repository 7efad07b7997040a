/** Says that the service is up. It asks nobody: a health check must not depend on what it is not about. */
import { type HttpResult, json } from '../platform/http.ts';
import type { Clock } from '../ports/environment.ts';

export interface FrontPorts {
  readonly clock: Clock;
  readonly version: string;
}

export const health = ({ clock, version }: FrontPorts): HttpResult =>
  json(200, { ok: true, result: 'ok', version, time: new Date(clock.now()).toISOString() });
