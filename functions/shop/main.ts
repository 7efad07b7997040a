/** Lambda's entry. */
import { ports } from '../wiring.ts';
import { shopRoom } from './handler.ts';

export const handler = shopRoom(() => ports('shop'));
