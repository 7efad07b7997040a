/** Lambda's entry. */
import { settlePorts } from '../../wiring.ts';
import { reconciler } from './handler.ts';

export const handler = reconciler(() => settlePorts('reconcile'));
