import { shopContract } from './contract.ts';
import { openPushedBench } from './pushed/bench.ts';

shopContract('a shop that pushes', openPushedBench);
