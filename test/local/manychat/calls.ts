/** Doubles for the tests, and calls to them over real HTTP. */
import { type MovableClock, movableClock } from '../../../local/clock.ts';
import { type Double, type DoubleOptions, startDouble } from '../../../local/manychat/double.ts';

const running: Double[] = [];

export const token = 'local:token';

export const start = async (
  options: Partial<DoubleOptions> = {},
): Promise<{ readonly double: Double; readonly clock: MovableClock }> => {
  const clock = movableClock();
  const double = await startDouble({ clock, ...options });
  running.push(double);
  return { double, clock };
};

export const stopAll = async (): Promise<void> => {
  await Promise.all(running.splice(0).map((double) => double.close()));
};

export interface Seen {
  readonly status: number;
  readonly json: unknown;
}

export const call = async (
  { url }: Double,
  path: string,
  init: RequestInit = {},
  bearer = token,
): Promise<Seen> => {
  const headers = { authorization: `Bearer ${bearer}` };
  const response = await fetch(url + path, { headers, ...init });
  return { status: response.status, json: await response.json() };
};

export const get = (double: Double, path: string, bearer?: string): Promise<Seen> =>
  call(double, path, {}, bearer);

export const post = (double: Double, path: string, body: unknown, bearer?: string): Promise<Seen> =>
  call(double, path, { method: 'POST', body: JSON.stringify(body) }, bearer);

export const sendFlow = (double: Double, contact: string, ns = 'flow'): Promise<Seen> =>
  post(double, '/fb/sending/sendFlow', { subscriber_id: contact, flow_ns: ns });

export const sendContent = (double: Double, contact: string, more = {}, content = {}): Promise<Seen> =>
  post(double, '/fb/sending/sendContent', {
    subscriber_id: contact,
    data: { version: 'v2', content: { messages: [{ type: 'text', text: 'Hello' }], ...content } },
    ...more,
  });

export const success: Seen = { status: 200, json: { status: 'success', data: {} } };

/** A validation error with these messages. */
export const invalid = (...messages: readonly unknown[]): Seen => ({
  status: 400,
  json: {
    status: 'error',
    message: 'Validation error',
    details: { messages: messages.map((message) => ({ message })) },
  },
});
