/** What ManyChat's double was told, read without any knowledge of the product or the model. */
import * as z from 'zod/mini';
import type { Received } from '../../local/manychat/double.ts';

/** A flow that was started, and what the contact's fields held then. */
export interface Started {
  readonly at: number;
  readonly contact: string;
  readonly flow: string;
  readonly points: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface CallRecord {
  readonly started: readonly Started[];
  /** When fields were written. */
  readonly written: readonly number[];
  /** Calls that were refused, and others than the two that reminders make. */
  readonly strange: readonly string[];
}

const write = z.object({
  subscriber_id: z.string(),
  fields: z.array(z.object({ field_name: z.string(), field_value: z.unknown() })),
});
const start = z.object({ subscriber_id: z.string(), flow_ns: z.string() });

export const readRecord = (outbox: readonly Received[]): CallRecord => {
  const fields = new Map<string, { readonly [name: string]: unknown }>();
  const [started, written, strange]: [Started[], number[], string[]] = [[], [], []];
  for (const { at, path, body, status } of outbox) {
    const instant = Date.parse(at);
    const [asWrite, asStart] = [write.safeParse(body), start.safeParse(body)];
    if (status !== 200) strange.push(`${at}: ${path} was answered ${status}`);
    else if (path.endsWith('/setCustomFields') && asWrite.success) {
      const { subscriber_id: contact, fields: news } = asWrite.data;
      const named = news.map(({ field_name, field_value }) => [field_name, field_value]);
      fields.set(contact, { ...fields.get(contact), ...Object.fromEntries(named) });
      written.push(instant);
    } else if (path.endsWith('/sendFlow') && asStart.success) {
      const { subscriber_id: contact, flow_ns: flow } = asStart.data;
      const held = fields.get(contact) ?? {};
      started.push({ at: instant, contact, flow, points: Number(held['loyalty_points']), fields: held });
    } else strange.push(`${at}: ${path} is no call of a reminder`);
  }
  return { started, written, strange };
};
