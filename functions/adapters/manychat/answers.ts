/** What ManyChat answers, in all the forms that it is known to take. */
import * as z from 'zod/mini';
import type { Outcome } from '../../ports/manychat.ts';

/** `error` comes with a code or with details, and now and then with HTTP 200; `exception` where the app behind a key is gone. */
const envelope = z.object({
  status: z.string(),
  message: z.optional(z.unknown()),
  code: z.optional(z.unknown()),
  details: z.optional(z.unknown()),
  data: z.optional(z.unknown()),
});

const details = z.object({
  messages: z.array(z.union([z.string(), z.object({ message: z.string() })])),
});

/** Longer than any message of ManyChat's that was seen. */
const longest = 300;

/** A message may repeat what was sent: an address in it is cut out before anybody logs it. */
const withoutAddresses = (text: string): string =>
  text
    .replace(/[^\s@"'<>]+@[^\s@"'<>]+/g, '(an e-mail)')
    .replace(/\s+/g, ' ')
    .slice(0, longest);

/** The reason stands in the details, where there are any. */
const messageOf = ({ message, details: told }: z.infer<typeof envelope>): string => {
  const listed = details.safeParse(told);
  const inner = listed.success
    ? listed.data.messages.map((one) => (typeof one === 'string' ? one : one.message))
    : [];
  const outer = typeof message === 'string' ? [message] : [];
  return withoutAddresses([...outer, ...inner].join(': ') || 'no reason given');
};

const codeOf = (code: unknown): number | undefined => {
  const read = typeof code === 'string' && code !== '' ? Number(code) : code;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
};

/** Gateways in front of ManyChat say these when they do not know what became of a request. */
const unsure = new Set([502, 504]);

const byStatus = (status: number, message: string): Outcome<never> => {
  if (unsure.has(status)) return { kind: 'unknown', message: `HTTP ${status}: ${message}` };
  if (status === 429 || status === 408 || status >= 500)
    return { kind: 'busy', message: `HTTP ${status}: ${message}` };
  return { kind: 'refused', status, code: undefined, message };
};

/** Sorts an answer. @param text the body as it came */
export const readAnswer = <T>(status: number, text: string, data: z.ZodMiniType<T>): Outcome<T> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const read = envelope.safeParse(json);
  const taken = status >= 200 && status < 300;
  if (!read.success) {
    // Something else than ManyChat answered; that it was well meant does not say that ManyChat heard of it.
    if (taken) return { kind: 'unknown', message: `HTTP ${status} without ManyChat's answer in it` };
    return byStatus(status, 'no answer of ManyChat’s');
  }
  const message = messageOf(read.data);
  if (!taken) {
    const sorted = byStatus(status, message);
    return sorted.kind === 'refused' ? { ...sorted, code: codeOf(read.data.code) } : sorted;
  }
  if (read.data.status !== 'success')
    return { kind: 'refused', status, code: codeOf(read.data.code), message };
  const content = data.safeParse(read.data.data);
  if (!content.success)
    return { kind: 'unknown', message: 'ManyChat’s answer has another form than expected' };
  return { kind: 'ok', data: content.data };
};
