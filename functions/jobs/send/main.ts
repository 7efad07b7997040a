/** Lambda's entry. */
import { sendPorts } from '../../wiring.ts';
import { sender } from './handler.ts';

export const handler = sender(sendPorts);
