/**
 * What speaks to shops, as a file of its own beside a function's bundle: `shops.mjs`. It is loaded when a shop is asked for the first
 * time, so that programs whose orders are pushed do not load four dialects at each cold start.
 */
export { openParameters } from '../adapters/aws/parameters.ts';
export { parameterShopSecrets } from '../adapters/aws/shop-secrets.ts';
export { shopCalls } from '../adapters/shops/http.ts';
export { openShops } from '../adapters/shops/open.ts';
