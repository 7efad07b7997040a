/** What each kind of shop answers to the questions that the measurements make our adapters ask; nothing else is known here. */
import * as z from 'zod/mini';
import {
  gidOf,
  type SoldOrder,
  shopifyNode,
  siteFound,
  soldIn,
  vendureNode,
  wooOrder,
} from './shops-orders.ts';

export interface MadeCoupon {
  readonly code: string;
  /** By this we know one of ours again: each kind of shop keeps it elsewhere. */
  readonly mark: string;
  readonly endsAt: string;
}

/** What a shop knows. */
export interface Shelf {
  /** By number. */
  readonly orders: Map<string, SoldOrder>;
  /** By code in upper case. */
  readonly coupons: Map<string, MadeCoupon>;
  /** Whether it makes coupons, or refuses them all. */
  refusing: boolean;
}

export interface Question {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** It made a coupon. */
  readonly made?: boolean;
}

export const askedKinds = ['shopify', 'woocommerce', 'site', 'vendure'] as const;
export type AskedKind = (typeof askedKinds)[number];

const keep = ({ coupons }: Shelf, coupon: MadeCoupon): MadeCoupon => {
  coupons.set(coupon.code.toUpperCase(), coupon);
  return coupon;
};
const couponOf = ({ coupons }: Shelf, code: string): MadeCoupon | undefined =>
  coupons.get(code.toUpperCase());

const text = z.string();
const graphql = z.object({ query: text, variables: z.looseObject({}) });
/** Our operations have names of their own. */
const operationOf = (body: string) => {
  const { query, variables } = graphql.parse(JSON.parse(body));
  return { name: /Loyalty(\w+)/.exec(query)?.[1] ?? '', variables };
};

const shopifyCoupon = ({ mark, endsAt }: MadeCoupon) => ({
  id: 'gid://shopify/DiscountCodeNode/1',
  codeDiscount: {
    __typename: 'DiscountCodeBasic',
    title: 'Loyalty reward',
    tags: [mark],
    status: 'ACTIVE',
    endsAt,
    usageLimit: 1,
    asyncUsageCount: 0,
  },
});
const discount = z.object({ code: text, tags: z.tuple([z.literal('loyalty'), text]), endsAt: text });

const shopify = (shelf: Shelf, { url, body }: Question): Answer => {
  if (url.pathname.endsWith('/oauth/access_token'))
    return { json: { access_token: 'bench-token', expires_in: 86_399 } };
  const { name, variables } = operationOf(body);
  const data = (found: object, made = false): Answer => ({ json: { data: found }, made });
  switch (name) {
    case 'FindOrders': {
      const number = /^name:'#(.+)'$/.exec(text.parse(variables['query']))?.[1] ?? '';
      const order = shelf.orders.get(number);
      return data({ orders: { nodes: order === undefined ? [] : [shopifyNode(order)] } });
    }
    case 'ReadOrder': {
      const order = [...shelf.orders.values()].find((one) => gidOf(one) === variables['id']);
      return data({ order: order === undefined ? null : shopifyNode(order) });
    }
    case 'ReadCurrency':
      return data({ shop: { currencyCode: soldIn } });
    case 'FindCode': {
      const coupon = couponOf(shelf, text.parse(variables['code']));
      return data({ codeDiscountNodeByCode: coupon === undefined ? null : shopifyCoupon(coupon) });
    }
    case 'CreateBasic': {
      const userErrors = [{ field: ['basicCodeDiscount', 'customerGets'], code: 'INVALID' }];
      if (shelf.refusing) return data({ made: { codeDiscountNode: null, userErrors } });
      const { code, tags, endsAt } = discount.parse(variables['discount']);
      const coupon = keep(shelf, { code, mark: tags[1], endsAt });
      return data({ made: { codeDiscountNode: shopifyCoupon(coupon), userErrors: [] } }, true);
    }
    default:
      throw new Error(`Shopify is asked ${name}`);
  }
};

const wooRow = ({ code, mark, endsAt }: MadeCoupon) => ({
  id: 1,
  code: code.toLowerCase(),
  status: 'publish',
  description: `Loyalty reward (${mark})`,
  usage_count: 0,
  date_expires_gmt: endsAt.replace('Z', ''),
  meta_data: [{ id: 1, key: '_loyalty_redemption_id', value: mark }],
});
const wooWanted = z.object({
  code: text,
  date_expires: text,
  meta_data: z.tuple([z.object({ value: text })]),
});
const wooError = (status: number, code: string): Answer => ({
  status,
  json: { code, message: 'no', data: { status } },
});

const woocommerce = (shelf: Shelf, { method, url, body }: Question): Answer => {
  const [, what = '', id] = /^\/wp-json\/wc\/v3\/([a-z/]+?)(?:\/(\d+))?$/.exec(url.pathname) ?? [];
  const pages = { 'x-wp-totalpages': '1' };
  if (what === 'data/currencies/current') return { json: { code: soldIn } };
  if (what === 'orders' && id === undefined) return { json: [], headers: pages };
  if (what === 'orders') {
    const order = shelf.orders.get(id ?? '');
    return order === undefined
      ? wooError(404, 'woocommerce_rest_shop_order_invalid_id')
      : { json: wooOrder(order) };
  }
  if (what !== 'coupons') throw new Error(`WooCommerce is asked ${what}`);
  if (method === 'GET') {
    const coupon = couponOf(shelf, url.searchParams.get('search') ?? url.searchParams.get('code') ?? '');
    return { json: coupon === undefined ? [] : [wooRow(coupon)], headers: pages };
  }
  if (shelf.refusing) return wooError(400, 'woocommerce_rest_invalid_coupon');
  const { code, date_expires: endsAt, meta_data } = wooWanted.parse(JSON.parse(body));
  return { status: 201, json: wooRow(keep(shelf, { code, mark: meta_data[0].value, endsAt })), made: true };
};

const siteQuestion = z.object({ type: text, data: z.looseObject({}) });
const siteWanted = z.object({ code: text, redemption_id: text, expires_at: text });

const site = (shelf: Shelf, { body }: Question): Answer => {
  const { type, data } = siteQuestion.parse(JSON.parse(body));
  switch (type) {
    case 'order.lookup': {
      const order = shelf.orders.get(text.parse(data['order_number']));
      return { json: order?.email === data['email'] && order ? siteFound(order) : { found: false } };
    }
    case 'coupon.find': {
      const coupon = couponOf(shelf, text.parse(data['code']));
      return {
        json:
          coupon === undefined ? { found: false } : { found: true, used: false, redemption_id: coupon.mark },
      };
    }
    case 'coupon.create': {
      if (shelf.refusing) return { json: { created: false, reason: 'not_possible' } };
      const { code, redemption_id: mark, expires_at: endsAt } = siteWanted.parse(data);
      keep(shelf, { code, mark, endsAt });
      return { json: { created: true }, made: true };
    }
    default:
      throw new Error(`the site is asked ${type}`);
  }
};

const promotion = ({ code, mark }: MadeCoupon) => ({
  id: '1',
  createdAt: '2026-11-01T00:00:00.000Z',
  couponCode: code,
  enabled: true,
  translations: [{ name: mark }],
});
const promotionWanted = z.object({
  couponCode: text,
  endsAt: text,
  translations: z.tuple([z.object({ name: text })]),
});
const byCode = z.object({ filter: z.object({ code: z.object({ eq: text }) }) });
const globalSettings = { serverConfig: { moneyStrategyPrecision: 2 } };
const activeChannel = {
  defaultLanguageCode: 'en',
  defaultCurrencyCode: soldIn,
  availableCurrencyCodes: [soldIn],
};

const vendure = (shelf: Shelf, { body }: Question): Answer => {
  const { name, variables } = operationOf(body);
  const data = (found: object, made = false): Answer => ({ json: { data: found }, made });
  switch (name) {
    case 'Login':
      return {
        ...data({ login: { __typename: 'CurrentUser' } }),
        headers: { 'vendure-auth-token': 'bench-token' },
      };
    case 'Orders': {
      const order = shelf.orders.get(byCode.parse(variables['options']).filter.code.eq);
      return data({ orders: { items: order === undefined ? [] : [vendureNode(order)] }, globalSettings });
    }
    case 'FindPromotions': {
      const coupon = couponOf(shelf, text.parse(variables['code']));
      const items = coupon === undefined ? [] : [promotion(coupon)];
      return data({ promotions: { items }, activeChannel, globalSettings });
    }
    case 'CreatePromotion': {
      if (shelf.refusing) return data({ createPromotion: { __typename: 'MissingConditionsError' } });
      const { couponCode: code, endsAt, translations } = promotionWanted.parse(variables['input']);
      keep(shelf, { code, mark: translations[0].name, endsAt });
      return data({ createPromotion: { __typename: 'Promotion' } }, true);
    }
    default:
      throw new Error(`Vendure is asked ${name}`);
  }
};

export const answers: Readonly<Record<AskedKind, (shelf: Shelf, question: Question) => Answer>> = {
  shopify,
  woocommerce,
  site,
  vendure,
};
