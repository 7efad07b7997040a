import { shopContract } from './contract.ts';
import { openWooBench } from './woocommerce/bench.ts';

shopContract('WooCommerce', openWooBench);
