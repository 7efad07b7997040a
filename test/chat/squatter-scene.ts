/** A stranger who joined with the owner's e-mail and claimed by number, and the owner who comes by a signed link. */
import { expect } from '@jest/globals';
import type { Table } from '../../functions/adapters/dynamodb/client.ts';
import type { House, Reply, Shop } from '../support/house.ts';

export const stranger = { contact_id: 'stranger' };
export const owner = { contact_id: 'owner' };
export const email = 'ana@example.com';
export const ownEmail = 'me@example.com';

export const refOf = async (shop: Shop, order_number: string, more: object = {}): Promise<string> => {
  const { ref } = await shop.store('links', { order_number, purpose: 'claim', ...more });
  expect(ref).toMatch(/^order_\w+$/);
  return ref;
};

export const enroll = (shop: Shop, who: { contact_id: string }, address: string): Promise<Reply> =>
  shop.chat('enroll', { ...who, email: address });
export const claim = (shop: Shop, who: { contact_id: string }, order_number: string): Promise<Reply> =>
  shop.chat('claim-order', { ...who, order_number });
export const verify = (shop: Shop, who: { contact_id: string }, order_number: string): Promise<Reply> =>
  shop.chat('verify-order', { ...who, order_number });

/** The e-mails of somebody as the shop's owner sees them. */
export const emailsOf = async (shop: Shop, who: { contact_id: string }): Promise<readonly string[]> =>
  (await shop.admin('GET', `members/${who.contact_id}`)).json.profile.emails;

/** Points less debt. */
export const balanceOf = async (shop: Shop, who: { contact_id: string }): Promise<number> => {
  const { points, points_debt } = await shop.chat('balance', who);
  return points - points_debt;
};

/** The stranger joined with the owner's e-mail and claimed these orders, 60.00 each. */
export const squatted = async (
  house: House,
  numbers: readonly string[] = ['1001', '1002'],
  change?: (file: Reply) => void,
): Promise<Shop> => {
  const shop = await house.open(change);
  for (const order_number of numbers) await shop.push({ order_number });
  expect(await enroll(shop, stranger, email)).toMatchObject({ result: 'enrolled' });
  for (const order_number of numbers)
    expect(await claim(shop, stranger, order_number)).toMatchObject({ result: 'credited' });
  return shop;
};

export const sound = async (house: House): Promise<void> =>
  expect(await house.audit()).toMatchObject({ ok: true, violations: [] });

export type Moment = 'before' | 'after';

class Died extends Error {
  override readonly name = 'Died';
}

/** A table whose caller can die: from some call on nothing leaves it any more. */
export const mortal = (table: Table) => {
  let end: { readonly nth: number; readonly moment: Moment } | undefined;
  let [calls, died] = [0, false];
  const die = (): never => {
    died = true;
    throw new Died('the process is gone');
  };
  table.client.middlewareStack.add(
    (next) => async (args) => {
      if (end === undefined) return next(args);
      calls += 1;
      if (calls > end.nth || (calls === end.nth && end.moment === 'before')) return die();
      const came = await next(args);
      return end !== undefined && calls >= end.nth ? die() : came;
    },
    { step: 'initialize', priority: 'high', name: 'death' },
  );
  return {
    /** @returns whether it died on the way */
    dying: async (nth: number, moment: Moment, work: () => Promise<unknown>): Promise<boolean> => {
      [end, calls, died] = [{ nth, moment }, 0, false];
      // Who is dead answers nobody.
      await work().catch(() => undefined);
      end = undefined;
      return died;
    },
  };
};
