/** Lambda's entry. */
import { mirrorPorts } from '../../wiring.ts';
import { mirrorDispatcher } from './handler.ts';

export const handler = mirrorDispatcher(mirrorPorts);
