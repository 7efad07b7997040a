import { openMarket } from './market.ts';
import { redemptionFaults } from './redemption-faults.ts';
import { openShopifyBench } from './shopify/bench.ts';

redemptionFaults('Shopify', () => openMarket((nowMs) => openShopifyBench(() => new Date(nowMs()))));
