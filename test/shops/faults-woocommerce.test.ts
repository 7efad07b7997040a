import { openMarket } from './market.ts';
import { redemptionFaults } from './redemption-faults.ts';
import { openWooBench } from './woocommerce/bench.ts';

redemptionFaults('WooCommerce', () => openMarket((nowMs) => openWooBench({ nowMs })));
