/** Where no shop can be reached at all: replays, simulations and measurements, whose programs are pushed to. */
import type { OpenShop } from '../functions/ports/shops.ts';

export const noShops: OpenShop = () => Promise.reject(new Error('no shop can be reached from here'));
