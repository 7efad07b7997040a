/**
 * The program as the owner writes it, one rule a line; `readProgram` in program.ts turns it into what the code uses.
 * Unknown keys are refused, and each message says what was expected.
 */
import * as z from 'zod/mini';
import { isZone } from './calendar.ts';
import { accountId, activityId, programId, rewardId, storeId } from './ids.ts';
import { languages } from './language.ts';
import { media } from './media.ts';
import { currency } from './money.ts';
import { isLoopback, storeKinds } from './store.ts';

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
const isoDay = (text: string): string | undefined => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 10);
};
const day = z.string(expected('a day such as 2026-12-01')).check(
  z.refine(
    // `Date` reads February 30th as March 2nd, and some years with a sign.
    (text) => !/^[+-]/.test(text) && isoDay(text) === text,
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

/** An object of exactly these keys; what is no object at all is told which ones belong there. */
const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, expected(`a section with ${Object.keys(shape).join(', ')}`));

const someForms = {
  zero: z.optional(sentence),
  one: z.optional(sentence),
  two: z.optional(sentence),
  few: z.optional(sentence),
  many: z.optional(sentence),
};
const pluralForms = z.optional(section({ ...someForms, other: sentence }));
/** The forms themselves or the forms by language, not both. One object of all these keys, so that each wrong one has its own path. */
const unitName = section({
  ...someForms,
  other: z.optional(sentence),
  en: pluralForms,
  ko: pluralForms,
  tr: pluralForms,
}).check(
  z.refine(
    (name) =>
      languages.some((code) => name[code] !== undefined)
        ? Object.keys(name).every((key) => languages.some((code) => code === key))
        : name.other !== undefined,
    expected('the forms { one: point, other: points }, or these by language'),
  ),
);

const earn = z.discriminatedUnion(
  'per',
  [
    section({
      per: z.literal('amount'),
      points: wholeNumber(0, 1_000_000),
      unit: money,
      basis: z.enum(['total', 'items'], expected('total or items')),
    }),
    section({
      per: z.literal('purchase'),
      points: wholeNumber(0, 1_000_000),
      min_order: z.optional(money),
      per_day: z.optional(wholeNumber(1, 1_000)),
    }),
  ],
  expected('amount or purchase'),
);

const couponTerms = section({
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
  limit: z.optional(section({ per_member: wholeNumber(1, 1_000_000) })),
  from: z.optional(day),
  to: z.optional(day),
  enabled: z.optional(z.boolean(expected('true or false'))),
};
const stock = z.optional(wholeNumber(0, 1_000_000_000));
const products = z
  .array(sentence, expected('a list of product ids'))
  .check(z.minLength(1, expected('at least one product id')));
const store = z.pipe(z.string(expected('the id of a store')), storeId);
const generated = { ...rewardBase, stock, url: httpsUrl, coupon: couponTerms, store: z.optional(store) };

const reward = z.discriminatedUnion(
  'kind',
  [
    section({ ...generated, kind: z.literal('product'), products }),
    section({ ...generated, kind: z.literal('amount'), value: money, products: z.optional(products) }),
    section({
      ...generated,
      kind: z.literal('percent'),
      value: wholeNumber(1, 100),
      products: z.optional(products),
    }),
    section({ ...generated, kind: z.literal('free_shipping') }),
    section({ ...rewardBase, stock, kind: z.literal('manual'), url: z.optional(httpsUrl) }),
    section({
      ...rewardBase,
      kind: z.literal('pool'),
      url: z.optional(httpsUrl),
      products: z.optional(products),
      coupon: z.optional(section({ expires_after_days: wholeNumber(1, 3650) })),
    }),
  ],
  expected('product, amount, percent, free_shipping, manual or pool'),
);

const activity = section({
  id: z.pipe(z.string(expected('an id')), activityId),
  points: wholeNumber(0, 1_000_000_000),
  limit: z.optional(
    section({
      per_member: z.optional(wholeNumber(1, 1_000_000)),
      per_day: z.optional(wholeNumber(1, 1_000_000)),
    }),
  ),
});

const reminders = section({
  every_days: wholeNumber(1, 3650),
  hour: wholeNumber(0, 23),
  flow,
  channel: z.enum(media, expected('email, sms, messenger, instagram, whatsapp or telegram')),
  spread_minutes: z.optional(wholeNumber(0, 1440)),
  quiet: z.optional(section({ from: clockTime, to: clockTime })),
  clock: z.optional(z.enum(['program', 'member'], expected('program or member'))),
  postponed_by_activity: z.optional(z.boolean(expected('true or false'))),
});

/** Calls a second. What ManyChat allows is the most that may be asked for; below that is room for others who use the account. */
const pace = section({
  send_flow: z.optional(wholeNumber(1, 20)),
  send_content: z.optional(wholeNumber(1, 25)),
  write: z.optional(wholeNumber(1, 10)),
});

const manychat = section({
  account: z.optional(z.pipe(z.string(expected('1 to 40 of a-z, 0-9 and -')), accountId)),
  pace: z.optional(pace),
});

/** Port 443 of a shop outside; and any port of this machine, which nothing but the local edition calls. */
const shopUrl = (what: string, fits: (url: URL) => boolean) =>
  z.string(expected(what)).check(
    z.maxLength(500, expected(what)),
    z.refine((text) => isShopUrl(text, fits), expected(what)),
  );
const isShopUrl = (text: string, fits: (url: URL) => boolean): boolean => {
  if (!/^https?:\/\/[^\s{}@?#\\]+$/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (isLoopback(url)) return true;
  return url.protocol === 'https:' && url.port === '' && fits(url);
};
const ownUrl = shopUrl('an https address such as https://shop.example', () => true);
const shopifyUrl = shopUrl(
  'the address https://<name>.myshopify.com',
  ({ hostname, pathname }) => /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(hostname) && pathname === '/',
);

const yesOrNo = z.optional(z.boolean(expected('true or false')));
const storeFile = z.discriminatedUnion(
  'kind',
  [
    section({ id: store, kind: z.literal('pushed') }),
    section({ id: store, kind: z.literal('shopify'), url: shopifyUrl, links: yesOrNo }),
    section({
      id: store,
      kind: z.literal('woocommerce'),
      url: ownUrl,
      credit_on: z.optional(z.enum(['paid', 'completed'], expected('paid or completed'))),
      links: yesOrNo,
    }),
    section({ id: store, kind: z.literal('site'), url: ownUrl, coupons: yesOrNo, links: yesOrNo }),
    section({ id: store, kind: z.literal('vendure'), url: ownUrl }),
  ],
  expected(storeKinds.join(', ')),
);

export const programFile = section({
  program: z.pipe(z.string(expected('2 to 32 of a-z, 0-9 and -')), programId),
  name: sentence,
  currency: z.pipe(z.string(expected('an ISO 4217 currency code such as "USD"')), currency),
  timezone: z
    .string(expected('an IANA zone such as Europe/Berlin'))
    .check(z.refine(isZone, expected('an IANA zone such as Europe/Berlin'))),
  language,
  points: section({ name: unitName }),
  signup_bonus: wholeNumber(0, 1_000_000_000),
  earn,
  claims: section({
    max_age_days: wholeNumber(0, 1_000_000_000),
    attempts_per_hour: wholeNumber(1, 1_000_000),
    signed_links_only: z.optional(z.boolean(expected('true or false'))),
    require_proof: z.optional(z.boolean(expected('true or false'))),
  }),
  rewards: z
    .array(reward, expected('a list of rewards'))
    .check(z.maxLength(200, expected('at most 200 rewards'))),
  redeem: section({
    repeat_minutes: wholeNumber(0, 1440),
    capture: z.optional(z.enum(['issue', 'use'], expected('issue or use'))),
    expired_coupon: z.optional(z.enum(['forfeit', 'return_points'], expected('forfeit or return_points'))),
  }),
  activities: z.optional(z.array(activity, expected('a list of activities'))),
  reminders: z.optional(reminders),
  manychat: z.optional(manychat),
  messages: z.optional(section({ max: wholeNumber(1, 1000), per_days: wholeNumber(1, 3650) })),
  flows: z.optional(
    section({
      redeem: z.optional(flow),
      rewards: z.optional(flow),
      balance: z.optional(flow),
      claim: z.optional(flow),
    }),
  ),
  texts: z.optional(
    z.partialRecord(
      language,
      z.record(z.string(), sentence, expected('sentences by their key')),
      expected('sentences by language'),
    ),
  ),
  stores: z.array(storeFile, expected('a list of stores')),
});
export type ProgramFile = z.infer<typeof programFile>;
export type RewardFile = ProgramFile['rewards'][number];
export type StoreFile = ProgramFile['stores'][number];
