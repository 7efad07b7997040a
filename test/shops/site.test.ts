import { shopContract } from './contract.ts';
import { openSiteBench } from './site/bench.ts';

shopContract('a site in PHP', () => openSiteBench('php'));
shopContract('a site in Node', () => openSiteBench('node'));
