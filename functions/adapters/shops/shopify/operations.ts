/**
 * Every document that we send to Shopify's Admin API. The tests hold each against the official schema of this version, with
 * the scopes that it needs.
 */
export const apiVersion = '2026-10';

/**
 * What we read of an order. Sums are read in the shop's own currency only; lines stay out, they would cost more than all of this.
 * `canNotifyCustomer` says whether there is an e-mail even where we may not see it.
 */
const order = `id name email canNotifyCustomer test createdAt processedAt updatedAt cancelledAt
  displayFinancialStatus displayFulfillmentStatus discountCodes
  totalPriceSet { shopMoney { amount currencyCode } }
  subtotalPriceSet { shopMoney { amount currencyCode } }
  currentTotalPriceSet { shopMoney { amount currencyCode } }
  netPaymentSet { shopMoney { amount currencyCode } }
  link: metafield(namespace: "loyalty", key: "ref") { value }`;

export const findOrders = `query LoyaltyFindOrders($query: String!, $first: Int!) {
  orders(first: $first, query: $query, sortKey: CREATED_AT, reverse: true) { nodes { ${order} } }
}`;

export const readOrder = `query LoyaltyReadOrder($id: ID!) { order(id: $id) { ${order} } }`;

export const changedOrders = `query LoyaltyChangedOrders($query: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ${order} }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** `asyncUsageCount` may lag behind; the orders' `discountCodes` are the surer sign of use. */
const discount = `id codeDiscount { __typename
  ... on DiscountCodeBasic { title tags status endsAt usageLimit asyncUsageCount }
  ... on DiscountCodeFreeShipping { title tags status endsAt usageLimit asyncUsageCount }
}`;

const discountErrors = 'userErrors { field code }';

export const findCode = `query LoyaltyFindCode($code: String!) { codeDiscountNodeByCode(code: $code) { ${discount} } }`;

export const createBasic = `mutation LoyaltyCreateBasic($discount: DiscountCodeBasicInput!) {
  made: discountCodeBasicCreate(basicCodeDiscount: $discount) { codeDiscountNode { ${discount} } ${discountErrors} }
}`;

export const createFreeShipping = `mutation LoyaltyCreateFreeShipping($discount: DiscountCodeFreeShippingInput!) {
  made: discountCodeFreeShippingCreate(freeShippingCodeDiscount: $discount) { codeDiscountNode { ${discount} } ${discountErrors} }
}`;

export const deactivate = `mutation LoyaltyDeactivate($id: ID!) {
  ended: discountCodeDeactivate(id: $id) { codeDiscountNode { ${discount} } ${discountErrors} }
}`;

/** What a piece of each product costs, in the currency that the shop sells in. */
export const readPrices = `query LoyaltyReadPrices($ids: [ID!]!) {
  shop { currencyCode }
  nodes(ids: $ids) { __typename
    ... on Product { priceRangeV2 { maxVariantPrice { amount currencyCode } } }
    ... on ProductVariant { price }
  }
}`;

/** The currency alone: a coupon over an amount is in it, whatever the program counts in. */
export const readCurrency = 'query LoyaltyReadCurrency { shop { currencyCode } }';

export const setLink = `mutation LoyaltySetLink($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { id } userErrors { field code } }
}`;

export const whoAmI = `query LoyaltyWhoAmI {
  shop { currencyCode orderNumberFormatPrefix orderNumberFormatSuffix }
  currentAppInstallation { accessScopes { handle } }
}`;
