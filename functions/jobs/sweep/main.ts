/** Lambda's entry. */
import { sweepPorts } from '../../wiring.ts';
import { sweeper } from './handler.ts';

export const handler = sweeper(sweepPorts);
