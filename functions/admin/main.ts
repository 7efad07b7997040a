/** Lambda's entry. */
import { ports } from '../wiring.ts';
import { adminRoom } from './handler.ts';

export const handler = adminRoom(() => ports('admin'));
