/** Takes a shop's webhook. Its signature was the key; 200 is said once everything that it told is in the table. */
import { type AskedStore, isAsked } from '../../domain/store.ts';
import { badRequest, Refusal } from '../../platform/http.ts';
import type { Call, RoomPorts } from '../../platform/room.ts';
import { done, type PlainVerb } from '../../platform/verb.ts';
import type { OrderErrand } from '../../ports/agenda.ts';
import type { HookNews, Shop } from '../../ports/shops.ts';
import { keepFindings } from '../../shops/findings.ts';
import { takeRelease, takeShopOrder, takeUse } from '../../shops/news.ts';

/** So long the shop may take to tell of an order that a webhook only names; after that `settle` asks. */
const rereadWithinMs = 600;

const unauthorized = () =>
  new Refusal(401, 'unauthorized', 'The signature is missing, wrong or too old, or there is no such store.');

const storeIn = ({ setting, path }: Call): AskedStore => {
  const store = setting.program.stores.filter(isAsked).find(({ id }) => id === path['store']);
  // An unknown store is answered as a wrong signature is.
  if (store === undefined) throw unauthorized();
  return store;
};

type News = Extract<HookNews, { kind: 'news' }>;

/** On the agenda first, so that it is not lost; then, if the shop answers at once, off again. */
const reread = async (
  call: Call,
  ports: RoomPorts,
  shop: Shop,
  store: AskedStore,
  id: string,
): Promise<void> => {
  const { program, stamp } = call.setting;
  const errand: OrderErrand = { store: store.id, what: 'read', id };
  await ports.records.ask(program.id, errand, stamp.now, call.scope.signal);
  const found = await shop.readOrder(id, AbortSignal.timeout(rereadWithinMs));
  if (found.kind === 'trouble') return;
  if (found.kind === 'found') {
    const { findings } = await takeShopOrder(ports, found.order, store, call.scope, call.setting);
    await keepFindings(ports, program, findings, call.scope.signal);
  }
  await ports.records.asked(program.id, errand, stamp.now, call.scope.signal);
};

const take = async (
  call: Call,
  ports: RoomPorts,
  shop: Shop,
  store: AskedStore,
  news: News,
): Promise<void> => {
  const { scope, setting } = call;
  for (const order of news.orders) {
    const { findings } = await takeShopOrder(ports, order, store, scope, setting);
    await keepFindings(ports, setting.program, findings, scope.signal);
  }
  for (const { code, order, at } of news.used) {
    const use = await takeUse(ports, store.id, code, order, scope, setting, at);
    if (use === 'without_debit' || use === 'twice')
      await keepFindings(
        ports,
        setting.program,
        [{ kind: use, store: store.id, code, order, at: setting.stamp.now }],
        scope.signal,
      );
  }
  for (const { code, order, at } of news.released)
    await takeRelease(ports, store.id, code, order, scope, setting, at);
  for (const id of news.reread) await reread(call, ports, shop, store, id);
};

export const hooks: PlainVerb = async (call, ports) => {
  const { hook, setting } = call;
  const store = storeIn(call);
  if (hook === undefined) throw new Error('a webhook came without its bytes');
  const shop = await ports.shops(setting.program.id, store);
  const told = shop.readHook(hook);
  const facts = { program: setting.program.id, store: store.id };
  switch (told.kind) {
    case 'unauthorized':
      ports.log.event('hook refused', { ...facts, detail: told.detail });
      throw unauthorized();
    case 'malformed':
      ports.log.event('hook not readable', { ...facts, detail: told.detail });
      throw badRequest([{ path: '', message: `expected what ${store.kind} sends: ${told.detail}` }]);
    case 'nothing':
      return done('ignored', { topic: told.topic });
    case 'news':
      await take(call, ports, shop, store, told);
      return done('taken');
  }
};
