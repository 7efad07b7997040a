/** Requests and answers over HTTP, in the wire contract's words. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

export interface FieldError {
  /** Where in the body: `order_number`, `orders[0].total`; empty for the body itself. */
  readonly path: string;
  /** What was expected there; never what was found. */
  readonly message: string;
}

export type ErrorResult =
  | 'no_such_route'
  | 'method_not_allowed'
  | 'too_large'
  | 'unauthorized'
  | 'forbidden'
  | 'bad_request'
  | 'not_found'
  | 'conflict'
  | 'email_in_use'
  | 'key_reused'
  | 'try_again';

/** An answer that ends a request early. It never repeats what a person typed. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly result: ErrorResult;
  readonly errors: readonly FieldError[] | undefined;
  constructor(status: number, result: ErrorResult, message: string, errors?: readonly FieldError[]) {
    super(message);
    this.status = status;
    this.result = result;
    this.errors = errors;
  }
}

export const badRequest = (errors: readonly FieldError[]): Refusal =>
  new Refusal(400, 'bad_request', 'The request has wrong values; each error names one.', errors);

export const json = (status: number, body: unknown): HttpResult => ({
  statusCode: status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

export const refused = ({ status, result, message, errors }: Refusal): HttpResult =>
  json(status, { ok: false, result, message, ...(errors === undefined ? {} : { errors }) });

/** A header by its lower-case name; blank counts as absent. */
export const header = (event: HttpEvent, name: string): string | undefined => {
  const value = event.headers[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as it came. */
export const bodyBytes = (event: HttpEvent): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses a JSON object. @throws Refusal 400 */
export const parseBody = (body: Buffer): Readonly<Record<string, unknown>> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(body));
  } catch {
    throw badRequest([{ path: '', message: 'expected a JSON object in UTF-8' }]);
  }
  if (!isObject(parsed)) throw badRequest([{ path: '', message: 'expected a JSON object' }]);
  return parsed;
};
