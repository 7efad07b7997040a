/** Lambda's entry. It needs no table: it must answer when nothing else does. */
import { instant } from '../domain/ids.ts';
import { version } from '../version.ts';
import { frontRoom } from './handler.ts';

export const handler = frontRoom({ clock: { now: () => instant.parse(Date.now()) }, version });
