/** What a shop's own site sends: signed as our questions are, with the same secret. */
import * as z from 'zod/mini';
import { type Instant, normalizeOrderNumber } from '../../../domain/ids.ts';
import type { HookNews, HookRequest } from '../../../ports/shops.ts';
import { parseJson, whereWrong } from '../answers.ts';
import { readTime } from '../reading.ts';
import { verify } from '../standard-webhooks.ts';
import { pushedOrder, readPushed } from './orders.ts';
import { siteSecrets } from './request.ts';

const envelope = z.object({
  type: z.string().check(z.maxLength(100)),
  /** Of when the news are: deliveries may come late and in any order. */
  timestamp: z.optional(z.string()),
  data: z.optional(z.unknown()),
});
const couponEvent = z.object({
  code: z.string().check(z.minLength(1), z.maxLength(100)),
  order_number: z.pipe(z.union([z.string(), z.int()]), z.transform(String)),
});

const orderTypes = new Set(['order.paid', 'order.refunded', 'order.cancelled', 'order.updated']);

const malformed = (detail: string): HookNews => ({ kind: 'malformed', detail });

const inData = (error: z.core.$ZodError): string => {
  const path = whereWrong(error);
  return path === '' ? 'data' : `data.${path}`;
};

const nothingNew = { kind: 'news', orders: [], reread: [], used: [], released: [] } as const;

const orderNews = (type: string, data: unknown): HookNews => {
  const told = pushedOrder.safeParse(data);
  if (!told.success) return malformed(inData(told.error));
  const read = readPushed(told.data);
  if (read.kind === 'unnamed') return malformed('data.order_number');
  if (read.kind === 'wrong') return malformed(`data.${read.path}`);
  const { order } = read;
  // Points are at stake: news that says one thing by its name and another by its data is not guessed at.
  if (type === 'order.cancelled' && order.status !== 'cancelled') return malformed('data.status');
  const gaveBack = order.status === 'refunded' || order.refundedMinor > 0;
  if (type === 'order.refunded' && !gaveBack) return malformed('data.refunded');
  return { ...nothingNew, orders: [order] };
};

const couponNews = (type: 'used' | 'released', data: unknown, at: Instant | undefined): HookNews => {
  const told = couponEvent.safeParse(data);
  if (!told.success) return malformed(inData(told.error));
  const order = normalizeOrderNumber(told.data.order_number);
  if (order === undefined) return malformed('data.order_number');
  return { ...nothingNew, [type]: [{ code: told.data.code, order, at }] };
};

/** @param nowMs by the clock that stamps our questions, too */
export const readSiteHook = (secrets: unknown, { headers, body }: HookRequest, nowMs: number): HookNews => {
  const held = siteSecrets.safeParse(secrets);
  if (!held.success) return { kind: 'unauthorized', detail: 'there is no secret to check it by' };
  const { secret, previous_secret: previous } = held.data;
  const live = previous === undefined ? [secret] : [secret, previous];
  const verified = verify(headers, body, live, nowMs);
  if (verified.kind === 'refused') return { kind: 'unauthorized', detail: verified.why };
  const read = envelope.safeParse(parseJson(body.toString()));
  if (!read.success) return malformed('type');
  const { type, data, timestamp } = read.data;
  const at = timestamp === undefined ? undefined : readTime(timestamp);
  if (orderTypes.has(type)) return orderNews(type, data);
  if (type === 'coupon.redeemed') return couponNews('used', data, at);
  if (type === 'coupon.released') return couponNews('released', data, at);
  return { kind: 'nothing', topic: type };
};
