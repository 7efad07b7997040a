/** Requests in and answers out, over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answers.ts';
import type { Outcome } from './decide.ts';

const bodyKept = 1024 * 1024;

/**
 * Reads to the end, since a caller that still sends would not see our answer.
 *
 * @returns undefined for a longer body than is kept
 */
export const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length <= bodyKept) kept.push(bytes);
    else kept.length = 0;
  }
  return length <= bodyKept ? Buffer.concat(kept).toString() : undefined;
};

export const targetOf = ({ url = '' }: IncomingMessage) => {
  const [path = '', ...query] = url.split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(query.join('?'))) };
};

/** A page elsewhere could otherwise call us through its visitor's browser, or by a name of its own for 127.0.0.1. */
export const isForeign = ({ headers, headersDistinct, socket }: IncomingMessage): boolean => {
  const hosts = ['127.0.0.1', 'localhost'].flatMap((name) => [name, `${name}:${socket.localPort}`]);
  const [host = '', ...more] = headersDistinct['host'] ?? [];
  return more.length > 0 || !hosts.includes(host.toLowerCase()) || headers.origin !== undefined;
};

export const send = (response: ServerResponse, { status, json }: Answer): void => {
  response.statusCode = status;
  // A fault may answer the page of a proxy, which is no JSON.
  const isText = typeof json === 'string';
  response.setHeader('content-type', isText ? 'text/html' : 'application/json');
  response.end(isText ? json : JSON.stringify(json));
};

/** HTTP status that the caller will see; 0 where it sees none. */
export const statusSeen = ({ answer, fault }: Outcome): number =>
  fault === undefined || fault.kind === 'delay' || fault.kind === 'status' ? answer.status : 0;

export const deliver = async (
  response: ServerResponse,
  outcome: Outcome,
  closing: AbortSignal,
): Promise<void> => {
  const { answer, fault } = outcome;
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { signal: closing });
  if (statusSeen(outcome) > 0) send(response, answer);
  else if (fault?.kind !== 'hang') response.destroy();
};
