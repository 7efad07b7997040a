/** What anybody may ask: whether the service is up, and the answer to every address that does not exist. */
import { randomUUID } from 'node:crypto';
import { type HttpEvent, type HttpResult, Refusal, refused } from '../platform/http.ts';
import type { RoomHandler } from '../platform/room.ts';
import { servedPaths } from '../routes.ts';
import { type FrontPorts, health } from './health.ts';

/** `/v1/admin/members/{id}` as a pattern over paths. */
const pattern = (path: string): RegExp => new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`);
const known = servedPaths.map(({ route, path }) => ({ method: route.method, path: pattern(path) }));

const wrongAddress = ({ rawPath, requestContext }: HttpEvent): HttpResult => {
  const methods = [...new Set(known.filter(({ path }) => path.test(rawPath)).map(({ method }) => method))];
  if (methods.length === 0 || methods.some((method) => method === requestContext.http.method)) {
    return refused(
      new Refusal(404, 'no_such_route', 'There is no such route. The README has the table of routes.'),
    );
  }
  const allowed = methods.join(', ');
  const response = refused(new Refusal(405, 'method_not_allowed', `This route takes ${allowed}.`));
  return { ...response, headers: { ...response.headers, allow: allowed } };
};

export const frontRoom =
  (ports: FrontPorts): RoomHandler =>
  (event) => {
    const response = event.routeKey === 'GET /v1/health' ? health(ports) : wrongAddress(event);
    const id = event.requestContext.requestId || randomUUID();
    return Promise.resolve({ ...response, headers: { ...response.headers, 'x-request-id': id } });
  };
