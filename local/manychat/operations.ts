/** Every operation that the double answers, by path. */
import type { Operations } from './operation.ts';
import { pageOperations } from './page-operations.ts';
import { sendingOperations } from './sending-operations.ts';
import { subscriberOperations } from './subscriber-operations.ts';

export const operations: Operations = { ...pageOperations, ...subscriberOperations, ...sendingOperations };
