import { openMarket } from './market.ts';
import { redemptionFaults } from './redemption-faults.ts';
import { openSiteBench } from './site/bench.ts';

redemptionFaults('a shop’s own site', () => openMarket((nowMs) => openSiteBench('php', { nowMs }), true));
