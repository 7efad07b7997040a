/** Coupons that a shop's own site makes: once for each redemption, whatever is asked twice. */
import * as z from 'zod/mini';
import { formatMinor } from '../../../domain/money.ts';
import type { CancelledCoupon, CouponSpec, KnownCoupon, MadeCoupon } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import type { Ask } from './request.ts';

type Named = Pick<CouponSpec, 'code' | 'redemption'>;

const found = z.discriminatedUnion('found', [
  z.object({ found: z.literal(false) }),
  z.object({
    found: z.literal(true),
    used: z.boolean(),
    redemption_id: z.optional(z.nullable(z.string())),
  }),
]);
const created = z.discriminatedUnion('created', [
  z.object({ created: z.literal(true) }),
  z.object({ created: z.literal(false), reason: z.string() }),
]);
const cancelled = z.discriminatedUnion('cancelled', [
  z.object({ cancelled: z.literal(true) }),
  z.object({ cancelled: z.literal(false), reason: z.enum(['used', 'unknown']) }),
]);

const named = ({ code, redemption }: Named) => ({ code, redemption_id: redemption });

const worthOf = ({ benefit, currency }: CouponSpec): string | null => {
  if (benefit.kind === 'amount') return formatMinor(benefit.valueMinor, currency);
  return benefit.kind === 'percent' ? String(benefit.percent) : null;
};

const couponOf = (spec: CouponSpec) => ({
  ...named(spec),
  title: spec.title,
  kind: spec.benefit.kind,
  value: worthOf(spec),
  currency: spec.currency,
  product_ids: 'products' in spec.benefit ? spec.benefit.products : [],
  starts_at: new Date(spec.startsAt).toISOString(),
  expires_at: new Date(spec.expiresAt).toISOString(),
  single_use: true,
});

const noSuchQuestion = (type: string) => trouble('malformed', `the site does not answer ${type}`);

export const findCoupon = async (ask: Ask, spec: Named, signal: AbortSignal): Promise<KnownCoupon> => {
  const told = await ask('coupon.find', named(spec), found, signal);
  if (told.kind === 'unknown_type') return noSuchQuestion('coupon.find');
  if (told.kind === 'trouble') return told;
  if (!told.data.found) return { kind: 'none' };
  return told.data.redemption_id === spec.redemption
    ? { kind: 'ours', used: told.data.used }
    : { kind: 'foreign' };
};

const taken = { kind: 'refused', detail: 'another coupon has the code' } as const;

/** After a look-up found nothing that settles it. @param doubtful an earlier request may have made it */
const create = async (
  ask: Ask,
  spec: CouponSpec,
  doubtful: boolean,
  signal: AbortSignal,
): Promise<MadeCoupon> => {
  const told = await ask('coupon.create', couponOf(spec), created, signal);
  if (told.kind === 'trouble') return told;
  if (told.kind === 'unknown_type') return { kind: 'refused', detail: 'the site makes no coupons' };
  if (told.data.created) return { kind: 'made' };
  const { reason } = told.data;
  if (reason !== 'duplicate')
    return { kind: 'refused', detail: `the site says ${/^[a-z_]{1,40}$/.test(reason) ? reason : 'no'}` };
  if (!doubtful && !told.repeated) return taken;
  // It may be the one that a lost answer made, at a site that forgets for which redemption it did.
  const known = await findCoupon(ask, spec, signal);
  if (known.kind === 'ours') return { kind: 'made' };
  if (known.kind === 'foreign') return taken;
  return known.kind === 'trouble' ? known : trouble('malformed', 'a duplicate that is not there');
};

export const makeCoupon = async (
  ask: Ask,
  spec: CouponSpec,
  again: boolean,
  signal: AbortSignal,
): Promise<MadeCoupon> => {
  if (!again) return create(ask, spec, false, signal);
  const known = await findCoupon(ask, spec, signal);
  if (known.kind === 'ours') return { kind: 'made' };
  if (known.kind === 'foreign') return taken;
  return known.kind === 'trouble' ? known : create(ask, spec, true, signal);
};

export const cancelCoupon = async (ask: Ask, spec: Named, signal: AbortSignal): Promise<CancelledCoupon> => {
  const told = await ask('coupon.cancel', named(spec), cancelled, signal);
  if (told.kind === 'unknown_type') return noSuchQuestion('coupon.cancel');
  if (told.kind === 'trouble') return told;
  if (told.data.cancelled) return { kind: 'cancelled' };
  return { kind: told.data.reason === 'used' ? 'used' : 'none' };
};
