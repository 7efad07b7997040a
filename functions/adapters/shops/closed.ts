/** A shop whose credentials are missing, or none that can be used. */
import type { Shop } from '../../ports/shops.ts';
import { trouble } from './answers.ts';

/** @param wanted what should lie under the store's name */
export const closedShop = (wanted: string): Shop => {
  const none = () => Promise.resolve(trouble('no_credentials', wanted));
  return {
    findOrder: none,
    readOrder: none,
    changedOrders: none,
    makeCoupon: none,
    findCoupon: none,
    cancelCoupon: none,
    attachLink: none,
    readHook: () => ({ kind: 'unauthorized', detail: 'no secret lies under the store’s name' }),
    check: () => Promise.resolve([{ what: 'credentials', ok: false, detail: `${wanted}; store them first` }]),
  };
};
