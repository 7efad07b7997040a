/** Makes the signed link of an order, for the shop's mail. It reads and writes nothing: the order may be told later. */
import type { StoreId } from '../../domain/ids.ts';
import { lastDayOf, signLink } from '../../domain/order-link.ts';
import type { Program } from '../../domain/program.ts';
import { badRequest } from '../../platform/http.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { body } from './contract.ts';

/** The store that is named, or the only one. @throws Refusal 400 */
const storeOf = ({ stores }: Program, named: StoreId | undefined): StoreId => {
  const [only, ...others] = stores;
  const found = named === undefined && others.length === 0 ? only : stores.find(({ id }) => id === named);
  if (found === undefined)
    throw badRequest([{ path: 'store', message: 'expected the id of a store of the program' }]);
  return found.id;
};

export const links: PlainVerb = ({ body: raw, setting, open }) => {
  const { order_number: number, purpose, store, order_id: id } = parsed(body, raw);
  const { program, stamp } = setting;
  const lastDay = lastDayOf(stamp.now, program.zone);
  const link = { purpose, lastDay, store: storeOf(program, store), number, id };
  return Promise.resolve(done('linked', { ref: signLink(link, program.id, open.secrets.callbackKey) }));
};
