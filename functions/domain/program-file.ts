/**
 * The program as the owner writes it, one rule a line; `readProgram` in program.ts turns it into what the code uses.
 * Unknown keys are refused, and each message says what was expected.
 */
import * as z from 'zod/mini';
import { isZone } from './calendar.ts';
import { activityId, programId, rewardId, storeId } from './ids.ts';
import { languages } from './language.ts';
import { currency } from './money.ts';

const expected = (what: string) => ({ error: `expected ${what}` });

const wholeNumber = (from: number, to: number) =>
  z
    .int(expected(`a whole number from ${from} to ${to}`))
    .check(
      z.gte(from, expected(`a whole number from ${from} to ${to}`)),
      z.lte(to, expected(`a whole number from ${from} to ${to}`)),
    );
const language = z.enum(languages, expected('en, ko or tr'));
const sentence = z.string(expected('a text')).check(z.regex(/\S/, expected('a text that is not empty')));
const localized = z.partialRecord(
  language,
  sentence,
  expected('a text by language, such as { en: Tea towel }'),
);
/** What we send may hold no placeholder of ManyChat's, so no address may either. */
const httpsUrl = z.string(expected('an https address')).check(
  z.maxLength(1500, expected('an https address of at most 1500 characters')),
  z.refine((url) => /^https:\/\/[^\s{}]+$/.test(url) && URL.canParse(url), expected('an https address')),
);
const money = z
  .string(expected('an amount in quotes, such as "5.00"'))
  .check(z.regex(/^\d{1,13}(\.\d{1,4})?$/, expected('an amount such as "5.00"')));
const day = z
  .string(expected('a day such as 2026-12-01'))
  .check(
    z.refine(
      (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
      expected('a day such as 2026-12-01'),
    ),
  );
const clockTime = z
  .string(expected('a time such as "20:00"'))
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, expected('a time such as "20:00"')));
const flow = z
  .string(expected('the id of a flow'))
  .check(
    z.regex(/^[A-Za-z0-9_-]{1,100}$/, expected('the id of a flow, such as content20260101000000_000001')),
  );

const pluralForms = z.strictObject({
  zero: z.optional(sentence),
  one: z.optional(sentence),
  two: z.optional(sentence),
  few: z.optional(sentence),
  many: z.optional(sentence),
  other: sentence,
});
const unitName = z.union(
  [pluralForms, z.partialRecord(language, pluralForms)],
  expected('the forms { one: point, other: points }, or these by language'),
);

const earn = z.discriminatedUnion(
  'per',
  [
    z.strictObject({
      per: z.literal('amount'),
      points: wholeNumber(0, 1_000_000),
      unit: money,
      basis: z.enum(['total', 'items'], expected('total or items')),
    }),
    z.strictObject({ per: z.literal('purchase'), points: wholeNumber(0, 1_000_000) }),
  ],
  expected('amount or purchase'),
);

const couponTerms = z.strictObject({
  prefix: z
    .string(expected('1 to 6 of A-Z0-9'))
    .check(z.regex(/^[A-Z0-9]{1,6}$/, expected('1 to 6 of A-Z0-9'))),
  expires_after_days: wholeNumber(1, 3650),
});

const rewardBase = {
  id: z.pipe(z.string(expected('an id')), rewardId),
  name: localized,
  points: wholeNumber(1, 1_000_000_000),
  image_url: z.optional(httpsUrl),
  limit: z.optional(z.strictObject({ per_member: wholeNumber(1, 1_000_000) })),
  from: z.optional(day),
  to: z.optional(day),
  enabled: z.optional(z.boolean(expected('true or false'))),
};
const stock = z.optional(wholeNumber(0, 1_000_000_000));
const products = z
  .array(sentence, expected('a list of product ids'))
  .check(z.minLength(1, expected('at least one product id')));
const generated = { ...rewardBase, stock, url: httpsUrl, coupon: couponTerms };

const reward = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ ...generated, kind: z.literal('product'), products }),
    z.strictObject({ ...generated, kind: z.literal('amount'), value: money, products: z.optional(products) }),
    z.strictObject({
      ...generated,
      kind: z.literal('percent'),
      value: wholeNumber(1, 100),
      products: z.optional(products),
    }),
    z.strictObject({ ...generated, kind: z.literal('free_shipping') }),
    z.strictObject({ ...rewardBase, stock, kind: z.literal('manual'), url: z.optional(httpsUrl) }),
    z.strictObject({
      ...rewardBase,
      kind: z.literal('pool'),
      url: z.optional(httpsUrl),
      products: z.optional(products),
      coupon: z.optional(z.strictObject({ expires_after_days: wholeNumber(1, 3650) })),
    }),
  ],
  expected('product, amount, percent, free_shipping, manual or pool'),
);

const activity = z.strictObject({
  id: z.pipe(z.string(expected('an id')), activityId),
  points: wholeNumber(0, 1_000_000_000),
  limit: z.optional(
    z.strictObject({
      per_member: z.optional(wholeNumber(1, 1_000_000)),
      per_day: z.optional(wholeNumber(1, 1_000_000)),
    }),
  ),
});

const reminders = z.strictObject({
  every_days: wholeNumber(1, 3650),
  hour: wholeNumber(0, 23),
  flow,
  channel: z.enum(
    ['email', 'sms', 'whatsapp', 'messenger', 'instagram', 'telegram'],
    expected('email, sms, whatsapp, messenger, instagram or telegram'),
  ),
  spread_minutes: z.optional(wholeNumber(0, 1440)),
  quiet: z.optional(z.strictObject({ from: clockTime, to: clockTime })),
});

export const programFile = z.strictObject({
  program: z.pipe(z.string(expected('2 to 32 of a-z, 0-9 and -')), programId),
  name: sentence,
  currency: z.pipe(z.string(expected('an ISO 4217 currency code such as "USD"')), currency),
  timezone: z
    .string(expected('an IANA zone such as Europe/Berlin'))
    .check(z.refine(isZone, expected('an IANA zone such as Europe/Berlin'))),
  language,
  points: z.strictObject({ name: unitName }),
  signup_bonus: wholeNumber(0, 1_000_000_000),
  earn,
  claims: z.strictObject({
    max_age_days: wholeNumber(0, 1_000_000_000),
    attempts_per_hour: wholeNumber(1, 1_000_000),
    signed_links_only: z.optional(z.boolean(expected('true or false'))),
  }),
  rewards: z
    .array(reward, expected('a list of rewards'))
    .check(z.maxLength(200, expected('at most 200 rewards'))),
  redeem: z.strictObject({
    repeat_minutes: wholeNumber(0, 1440),
    capture: z.optional(z.enum(['issue', 'use'], expected('issue or use'))),
    expired_coupon: z.optional(z.enum(['forfeit', 'return_points'], expected('forfeit or return_points'))),
  }),
  activities: z.optional(z.array(activity, expected('a list of activities'))),
  reminders: z.optional(reminders),
  messages: z.optional(z.strictObject({ max: wholeNumber(1, 1000), per_days: wholeNumber(1, 3650) })),
  flows: z.optional(
    z.strictObject({
      redeem: z.optional(flow),
      rewards: z.optional(flow),
      balance: z.optional(flow),
      claim: z.optional(flow),
    }),
  ),
  texts: z.optional(
    z.partialRecord(language, z.record(z.string(), sentence), expected('sentences by language')),
  ),
  stores: z.array(
    z.strictObject({
      id: z.pipe(z.string(expected('an id')), storeId),
      kind: z.literal('pushed', expected('pushed')),
    }),
    expected('a list of stores'),
  ),
});
export type ProgramFile = z.infer<typeof programFile>;
export type RewardFile = ProgramFile['rewards'][number];
