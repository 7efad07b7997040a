/** A house, a shop behind a proxy, and programs of their own before it. */
import { expect } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import type { ShopBench } from './bench.ts';
import { type ProxiedBench, proxied } from './proxy.ts';
import { couponsIn, openProcess, openWith, type Process, type ProcessOptions, storeId } from './stage.ts';

const bonus = 1000;
const cost = 200;

/** A program of its own before a shop. */
export interface Stand {
  readonly house: House;
  readonly bench: ProxiedBench;
  readonly shop: Shop;
  /** All goes well in it. */
  readonly sound: Process;
  process(options?: Partial<ProcessOptions>): Process;
  /** @returns the contact of a new member */
  join(email?: string): Promise<string>;
  /** Codes that were sent to the shop since the program is open. */
  sentCodes(): readonly string[];
  close(): void;
}

export interface Market {
  readonly house: House;
  readonly bench: ProxiedBench;
  stand(change?: (file: Reply) => void): Promise<Stand>;
  close(): Promise<void>;
}

let people = 0;

/** @param machineClock the shop checks our signatures by the clock of this machine, wherever the house's own was moved to */
export const openMarket = async (
  open: (nowMs: () => number) => Promise<ShopBench>,
  machineClock = false,
): Promise<Market> => {
  const house = await openHouse();
  const bench = await proxied(await open(() => house.clock.now()));
  const stand: Market['stand'] = async (change) => {
    const shop = await openWith(house, bench, change);
    const since = bench.proxy.seen.length;
    const opened: Process[] = [];
    const process = (more: Partial<ProcessOptions> = {}): Process => {
      const made = openProcess(house, shop, {
        secrets: { [storeId]: bench.secrets },
        through: bench.proxy.through,
        nowMs: machineClock ? Date.now : undefined,
        ...more,
      });
      opened.push(made);
      return made;
    };
    return {
      house,
      bench,
      shop,
      sound: process(),
      process,
      join: async (email) => {
        people += 1;
        const contact = `member-${people}`;
        await shop.chat('enroll', { contact_id: contact, email: email ?? `ana${people}@example.com` });
        return contact;
      },
      sentCodes: () => {
        const said = bench.proxy.seen.slice(since).map(({ body, path }) => `${path} ${body}`);
        return said.flatMap((text) => [...text.matchAll(/FIVE(-[0-9A-Z]{4}){3}/gi)].map(([code]) => code));
      },
      close: () => {
        for (const made of opened) made.close();
      },
    };
  };
  const close = async (): Promise<void> => {
    await bench.close();
    await house.stop();
  };
  return { house, bench, stand, close };
};

/** What a member reads of a redemption. */
export const redeem = (process: Process, contact: string) =>
  process.chat('redeem', { contact_id: contact, reward: 'five-off', request_id: 'the-only-one' });

/** Books and shop say the same: a usable coupon for each debit, none for each reversal, nothing open. */
export const expectEven = async ({ bench, shop, sound, sentCodes }: Stand): Promise<void> => {
  const coupons = await couponsIn(sound.table, shop.id);
  const known = new Set(coupons.map(({ code }) => code.toUpperCase()));
  const problems: string[] = [];
  for (const { code, state, contact, nextAt, leasedUntil } of coupons) {
    const there = await bench.coupons(code);
    const usable = there.filter((one) => one.usable).length;
    if (usable !== (state === 'issued' ? 1 : 0)) problems.push(`${contact}: ${state}, ${usable} usable`);
    if (state === 'issued' && there.length !== 1) problems.push(`${contact}: a twin`);
    if (state === 'reserved') problems.push(`${contact}: still open`);
    if (leasedUntil !== undefined) problems.push(`${contact}: a lease is left`);
    if (state === 'issued' && nextAt === undefined) problems.push(`${contact}: nobody will look at it again`);
  }
  for (const code of new Set(sentCodes()))
    if (!known.has(code.toUpperCase())) problems.push(`${code}: nobody’s`);
  const debits = Map.groupBy(
    coupons.filter(({ state }) => state === 'issued'),
    ({ contact }) => contact,
  );
  for (const contact of new Set(coupons.map((one) => one.contact))) {
    const { points } = await sound.chat('balance', { contact_id: contact });
    const due = bonus - cost * (debits.get(contact)?.length ?? 0);
    if (points !== due) problems.push(`${contact}: has ${points} points, and should have ${due}`);
  }
  expect(problems).toEqual([]);
};

/** Orders without signed links beside them: writing those changes the orders at the shop. */
export const withoutLinks = (file: Reply): void => {
  for (const store of file.stores) if (store.links === true) store.links = false;
};
