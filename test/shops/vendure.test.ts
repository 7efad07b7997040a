import { shopContract } from './contract.ts';
import { openVendureBench } from './vendure/bench.ts';

shopContract('Vendure, a real shop', openVendureBench);
