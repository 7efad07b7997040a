/** Every document that we send to Vendure's Admin API, written against 3.7 and tried on a real server of it. */

/** Sums are integers in 10^-precision of the currency's whole unit, whatever the currency. */
const precision = 'globalSettings { serverConfig { moneyStrategyPrecision } }';

const order = `id code type state orderPlacedAt createdAt updatedAt currencyCode subTotal totalWithTax couponCodes
  customer { emailAddress }
  lines { quantity orderPlacedQuantity proratedUnitPrice }
  payments { state amount refunds { state total updatedAt } }`;

export const login = `mutation LoyaltyLogin($username: String!, $password: String!) {
  login(username: $username, password: $password) { __typename }
}`;

export const listOrders = `query LoyaltyOrders($options: OrderListOptions!) {
  orders(options: $options) { items { ${order} } } ${precision}
}`;

export const readOrder = `query LoyaltyReadOrder($id: ID!) { order(id: $id) { ${order} } ${precision} }`;

export const listRefunds = `query LoyaltyRefunds($options: OrderListOptions!) {
  orders(options: $options) { items { id payments { refunds { updatedAt } } } }
}`;

export const listCodes = `query LoyaltyCodes($options: OrderListOptions!) {
  orders(options: $options) { items { state couponCodes } totalItems }
}`;

export const findPromotions = `query LoyaltyFindPromotions($code: String!) {
  promotions(options: { filter: { couponCode: { contains: $code } } }) {
    items { id createdAt couponCode enabled translations { name } }
  }
  activeChannel { defaultLanguageCode defaultCurrencyCode availableCurrencyCodes } ${precision}
}`;

export const createPromotion = `mutation LoyaltyCreatePromotion($input: CreatePromotionInput!) {
  createPromotion(input: $input) { __typename }
}`;

export const disablePromotion = `mutation LoyaltyDisablePromotion($id: ID!) {
  updatePromotion(input: { id: $id, enabled: false }) { __typename }
}`;

export const deletePromotion = `mutation LoyaltyDeletePromotion($id: ID!) { deletePromotion(id: $id) { result } }`;

/** Answered to whoever is known at all, whatever they may do. */
export const whoAmI = `query LoyaltyWhoAmI {
  activeChannel { id defaultCurrencyCode availableCurrencyCodes pricesIncludeTax } ${precision}
}`;

/** Not answered to API keys, which nobody stands behind. */
export const myPermissions = 'query LoyaltyMyPermissions { me { channels { id permissions } } }';
