/** Ana and Ben, whose first reminder is due: what is done with them, and what became of them. */
import { expect } from '@jest/globals';
import type { Contact } from '../../functions/domain/contact.ts';
import { arrivedFor, dueAfter, dueShop, dueTime, openSender, personOf, type Stage } from './crash.ts';
import type { Reply, Shop } from './house.ts';

export const pair = ['ana', 'ben'];

/** Long for an answer from this machine, short for whoever waits for one that never comes. */
const patienceMs = 3_000;

export const pairOn = (stage: () => Stage) => ({
  open: (change?: (file: Reply) => void): Promise<Shop> => dueShop(stage(), pair, change),
  /** A new sender serves once. */
  serve: async (...shops: readonly Shop[]) => {
    const sender = openSender(stage(), { width: 2, withinMs: patienceMs });
    const summary = await sender.serve(...shops);
    sender.close();
    return { ...summary, told: sender.told, noted: sender.noted };
  },
  arrived: (shop: Shop): number[] => pair.map((member) => arrivedFor(stage(), shop, member)),
  /** Nothing of the first period is used up. */
  stillDue: async (shop: Shop, member: string): Promise<void> => {
    const { message, dueAt, tally, sends = [] } = await personOf(stage(), shop, member);
    expect([member, message, tally, sends]).toEqual([member, undefined, undefined, []]);
    expect(dueAt).toBeLessThanOrEqual(dueTime);
  },
  /** The first period is over, and counted as this. */
  over: async (shop: Shop, member: string, outcome: string): Promise<Contact['message']> => {
    const { message, dueAt, tally } = await personOf(stage(), shop, member);
    expect([member, tally]).toEqual([member, { 2030: { [outcome]: 1 } }]);
    expect(dueAt).toBe(dueAfter(dueTime));
    return message;
  },
});

/** What a run comes to that has nothing to do. */
export const idle = { sent: 0, unconfirmed: 0, held: 0, skipped: {}, closed: {}, told: [] };
