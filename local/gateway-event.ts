/**
 * What API Gateway's HTTP API makes of a request: the route it chooses and the payload 2.0 event.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type RoomName, rooms, servedPaths } from '../functions/routes.ts';

/** Decoded values are decoded once; `segments` were split before, so that `%2F` stays inside its segment. */
export interface Target {
  readonly rawPath: string;
  readonly segments: readonly string[];
  readonly rawQueryString: string;
  readonly query: Readonly<Record<string, string>>;
}

export interface Match {
  readonly room: RoomName;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** A request's target taken apart; undefined if a percent-encoding is malformed. */
export const targetOf = (url: string): Target | undefined => {
  const [path = '', ...queries] = url.split('?');
  const rawQueryString = queries.join('?');
  try {
    decodeURIComponent(rawQueryString);
    return {
      // An HTTP API hands the path over decoded, unlike a REST API or a function URL.
      rawPath: decodeURIComponent(path),
      segments: path.split('/'),
      rawQueryString,
      query: queryOf(rawQueryString),
    };
  } catch {
    return undefined;
  }
};

const queryOf = (rawQueryString: string): Record<string, string> => {
  const all = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    all.set(name, [...(all.get(name) ?? []), value]);
  }
  return Object.fromEntries([...all].map(([name, values]) => [name, values.join(',')]));
};

/** Fixed paths come before those with parameters; what nothing matches, a wrong method too, is `$default`. */
export const matchRoute = (method: string, target: Target): Match => {
  for (const { room, method: served, path, segments } of table) {
    if (served !== method) continue;
    const pathParameters = parametersOf(segments, target.segments);
    if (pathParameters !== undefined) return { room, routeKey: `${served} ${path}`, pathParameters };
  }
  return { room: 'front', routeKey: '$default', pathParameters: {} };
};

const table = servedPaths
  .map(({ route: { room, method }, path }) => ({ room, method, path, segments: path.split('/') }))
  .sort((one, other) => Number(one.path.includes('{')) - Number(other.path.includes('{')));

const parametersOf = (
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined => {
  if (pattern.length !== segments.length) return undefined;
  const parameters: [string, string][] = [];
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined ? segment !== expected : segment === '') return undefined;
    if (name !== undefined) parameters.push([name, decodeURIComponent(segment)]);
  }
  return Object.fromEntries(parameters);
};

/** The event of one request; `arrivedAtMs` is the wall clock (epoch milliseconds) when its headers had arrived. */
export const gatewayEvent = (
  request: IncomingMessage,
  target: Target,
  { routeKey, pathParameters }: Match,
  { body, requestId, arrivedAtMs }: { body: Buffer; requestId: string; arrivedAtMs: number },
): APIGatewayProxyEventV2 => {
  const asText = isUtf8(body);
  return {
    version: '2.0',
    routeKey,
    rawPath: target.rawPath,
    rawQueryString: target.rawQueryString,
    headers: headersOf(request),
    ...(target.rawQueryString === '' ? {} : { queryStringParameters: target.query }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: 'loyalty.local',
      domainPrefix: 'loyalty',
      http: {
        method: request.method ?? '',
        path: target.rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: logTime(new Date(arrivedAtMs)),
      timeEpoch: arrivedAtMs,
    },
    ...(body.length === 0 ? {} : { body: body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: !asText,
  };
};

/** Repeated headers are joined with commas. Cookies lie apart in a 2.0 event, and no route of ours reads them. */
const headersOf = (request: IncomingMessage): Record<string, string> => {
  const { cookie: _, ...headers } = request.headersDistinct;
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(',')]),
  );
};

/** API Gateway's form: `12/Mar/2026:19:03:58 +0000`. */
const logTime = (at: Date): string => {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};

/** What Lambda tells a function about its run; the remaining time counts from this call. */
export const lambdaContext = (room: RoomName, awsRequestId: string): Context => {
  const { timeoutSeconds, memoryMb } = rooms[room];
  const endsAtMs = performance.now() + timeoutSeconds * 1000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: `local-${room}`,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:local-${room}`,
    memoryLimitInMB: String(memoryMb),
    awsRequestId,
    logGroupName: `/aws/lambda/local-${room}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAtMs - performance.now())),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
};
