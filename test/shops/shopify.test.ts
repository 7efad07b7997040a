import { shopContract } from './contract.ts';
import { openShopifyBench } from './shopify/bench.ts';

shopContract('Shopify', openShopifyBench);
