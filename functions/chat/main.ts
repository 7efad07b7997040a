/** Lambda's entry. */
import { ports } from '../wiring.ts';
import { chatRoom } from './handler.ts';

export const handler = chatRoom(() => ports('chat'));
