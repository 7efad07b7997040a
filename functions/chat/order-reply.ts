/** What verify-order and claim-order have in common: the inputs, the order keys and the sentences. */
import * as z from 'zod/mini';
import type { OrderAnswer, OrderRequest, OrderResult } from '../domain/claim.ts';
import type { Contact } from '../domain/contact.ts';
import { normalizeOrderNumber, type StoreId } from '../domain/ids.ts';
import type { Decision, Loaded } from '../domain/ledger.ts';
import { spendable } from '../domain/lots.ts';
import type { Setting } from '../domain/membership.ts';
import { currency, decimalsOf } from '../domain/money.ts';
import type { Program } from '../domain/program.ts';
import { badRequest } from '../platform/http.ts';
import { askedAmong, askShops } from '../shops/look-up.ts';
import type { TextKey } from '../texts/args.ts';
import { none, outlookText, type View } from './card.ts';
import { textInput } from './inputs.ts';
import type { ChatCall, ChatPorts, Outcome } from './verb.ts';

export const orderInputs = z.object({ order_number: textInput, store: textInput });
export type OrderInputs = z.infer<typeof orderInputs>;

export const orderExtras = {
  order_number: z.string().check(z.minLength(1)),
  order_total: z.number().check(z.gte(0)),
  order_currency: z.string().check(z.minLength(1)),
  order_points: z.int().check(z.gte(0)),
};
export type OrderExtras = z.infer<z.ZodMiniObject<typeof orderExtras>>;

export const absentOrder: OrderExtras = {
  order_number: none,
  order_total: 0,
  order_currency: none,
  order_points: 0,
};

export const refusals = [
  'already_claimed',
  'claimed_by_other',
  'not_found',
  'not_paid',
  'cancelled',
  'refunded',
  'too_old',
  'wrong_currency',
  'too_many_attempts',
  'order_number_needed',
  'store_unavailable',
] as const;

/** The shops to look at. @throws Refusal 400 for a store that the program does not have */
const storesOf = (program: Program, store: string | undefined): readonly StoreId[] => {
  const ids = program.stores.map(({ id }) => id);
  if (store === undefined) return ids;
  const known = ids.find((id) => id === store);
  if (known === undefined)
    throw badRequest([{ path: 'store', message: 'expected the id of a store of the program' }]);
  return [known];
};

const keyOf = (result: OrderResult, verb: 'verify' | 'claim'): TextKey => {
  if (result === 'valid') return 'verify.valid';
  if (result === 'credited') return 'claim.credited';
  if (result === 'already_claimed') return `${verb}.already_claimed`;
  if (result === 'too_many_attempts' || result === 'not_member') return result;
  // Whoever is asked gives an answer: nobody is told that there is a question.
  if (result === 'ask') return 'order.store_unavailable';
  return `order.${result}`;
};

const sentence =
  ({ result, order, points }: OrderAnswer, verb: 'verify' | 'claim') =>
  (view: View): string => {
    const { speaker, books } = view;
    return speaker.say(keyOf(result, verb), {
      order: order?.number ?? '',
      total: order === undefined ? '' : speaker.money(order.totalMinor, order.currency),
      worth: speaker.points(points),
      points: speaker.points(books === undefined ? 0 : spendable(books)),
      outlook: outlookText(view),
    });
  };

const extrasOf =
  ({ order, points }: OrderAnswer) =>
  (): Partial<OrderExtras> =>
    order === undefined
      ? {}
      : {
          order_number: order.number,
          order_total: order.totalMinor / 10 ** decimalsOf(currency.parse(order.currency)),
          order_currency: order.currency,
          order_points: points,
        };

const good: ReadonlySet<OrderResult> = new Set(['valid', 'credited', 'already_claimed']);

type Decide = (found: Loaded, request: OrderRequest, setting: Setting) => Decision<OrderAnswer>;

/** What a number means to the books, and to the shops where the books cannot say. */
const answered = async (
  { ledger, shops, log }: ChatPorts,
  { caller, setting, scope, shopSignal }: ChatCall,
  number: OrderRequest['number'],
  stores: readonly StoreId[],
  decide: Decide,
) => {
  const { program, emailKey } = setting;
  const orders =
    number === undefined || number === 'invalid' ? [] : stores.map((store) => ({ store, number }));
  let person: Contact | undefined;
  let before = 0;
  const look = (request: Omit<OrderRequest, 'contact' | 'number'>) =>
    ledger.decide(scope, { contact: caller.contact, orders }, (found) => {
      person = found.contact;
      before = found.member === undefined ? 0 : spendable(found.member);
      return decide(found, { contact: caller.contact, number, ...request }, setting);
    });
  const asked = number === undefined || number === 'invalid' ? [] : askedAmong(program, stores);
  let answer = await look({ asks: asked.length > 0 });
  if (answer.result === 'ask' && number !== undefined && number !== 'invalid') {
    const wanted = { number, emails: person?.emails ?? [] };
    answer = await look(await askShops({ shops, log }, program, asked, wanted, emailKey, shopSignal()));
  }
  return { answer, person, before };
};

/** Runs a decision on the orders that a number may mean, and turns it into an outcome. */
export const orderVerb =
  (verb: 'verify' | 'claim', decide: Decide) =>
  (ports: ChatPorts) =>
  async (call: ChatCall, inputs: OrderInputs): Promise<Outcome<OrderExtras>> => {
    const typed = inputs.order_number;
    const number = typed === undefined ? undefined : (normalizeOrderNumber(typed) ?? 'invalid');
    const stores = storesOf(call.setting.program, inputs.store);
    const { answer, person, before } = await answered(ports, call, number, stores, decide);
    return {
      result: answer.result,
      ok: good.has(answer.result),
      replayed: answer.result === 'already_claimed',
      // A card tells of members; who tried too often is told nothing more.
      books: answer.books,
      person,
      change:
        answer.result === 'credited' && answer.books !== undefined ? spendable(answer.books) - before : 0,
      message: sentence(answer, verb),
      extras: extrasOf(answer),
      shows: () => ({ kind: answer.result === 'credited' ? 'ready' : 'nothing' }),
    };
  };
