/** Lambda's entry. */
import { settlePorts } from '../../wiring.ts';
import { settler } from './handler.ts';

export const handler = settler(() => settlePorts('settle'));
