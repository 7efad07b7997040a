/** What verify-order and claim-order have in common: the inputs, the order keys and the sentences. */
import * as z from 'zod/mini';
import type { Contact } from '../domain/contact.ts';
import type { EmailHash } from '../domain/email.ts';
import { normalizeOrderNumber, type OrderNumber, type StoreId } from '../domain/ids.ts';
import type { Decision, Loaded } from '../domain/ledger.ts';
import { spendable } from '../domain/lots.ts';
import type { Setting } from '../domain/membership.ts';
import { currency, decimalsOf } from '../domain/money.ts';
import type { OrderFacts } from '../domain/order.ts';
import { openLink } from '../domain/order-link.ts';
import type { Program } from '../domain/program.ts';
import type { OrderAnswer, OrderRequest, OrderResult } from '../domain/verify.ts';
import { badRequest } from '../platform/http.ts';
import { askedAmong, askShops } from '../shops/look-up.ts';
import type { TextKey } from '../texts/args.ts';
import { none, outlookText, type View } from './card.ts';
import { textInput } from './inputs.ts';
import { attemptOf, withMoved } from './moved.ts';
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

/** What the customer named, and where it is to be looked for. */
interface Named extends Pick<OrderRequest, 'number' | 'link'> {
  readonly stores: readonly StoreId[];
}

/** Reads a number as it was typed, or the signed link of an order, which tells its store itself. */
const namedBy = ({ setting, linkKey }: ChatCall, { order_number: typed, store }: OrderInputs): Named => {
  const { program, stamp } = setting;
  const stores = storesOf(program, store);
  if (typed === undefined) return { number: undefined, stores };
  const read = openLink(typed, program.id, linkKey, stamp.now, program.zone);
  if (read.kind === 'number') return { number: normalizeOrderNumber(typed) ?? 'invalid', stores };
  if (read.kind !== 'link') return { number: 'invalid', link: read.kind, stores };
  const { number, id, store: linked } = read.link;
  const known = program.stores.some((one) => one.id === linked);
  return known ? { number, link: { id }, stores: [linked] } : { number: 'invalid', link: 'bad', stores };
};

const keyOf = ({ result, hint }: OrderAnswer, verb: 'verify' | 'claim'): TextKey => {
  if (hint !== undefined) return `order.${hint}`;
  if (result === 'valid') return 'verify.valid';
  if (result === 'credited') return 'claim.credited';
  if (result === 'already_claimed') return `${verb}.already_claimed`;
  if (result === 'too_many_attempts' || result === 'not_member') return result;
  // Whoever is asked gives an answer: nobody is told that there is a question.
  if (result === 'ask' || result === 'proven') return 'order.store_unavailable';
  return `order.${result}`;
};

const sentence =
  (answer: OrderAnswer, verb: 'verify' | 'claim') =>
  (view: View): string => {
    const { order, points } = answer;
    const { speaker, books } = view;
    return speaker.say(keyOf(answer, verb), {
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

/** What the shops say of it, which may be another order than the link's. */
const toldBy = async (
  { shops, log }: ChatPorts,
  { setting, shopSignal }: ChatCall,
  { number, link, stores }: Named & { readonly number: OrderNumber },
  person: Contact | undefined,
) => {
  const { program, emailKey } = setting;
  const id = typeof link === 'object' ? link.id : undefined;
  const wanted = { number, emails: person?.emails ?? [], id };
  const asked = askedAmong(program, stores);
  const { told, silent } = await askShops({ shops, log }, program, asked, wanted, emailKey, shopSignal());
  const fits = (facts: OrderFacts) => facts.number === number && (id === undefined || facts.id === id);
  return { told: told.filter(fits), silent };
};

/** Asked once, proven once, asked of the shops once: what is not clear by then is a bug. */
const mostRounds = 4;

interface Answered {
  readonly answer: OrderAnswer;
  readonly person: Contact | undefined;
  /** What could be spent before. */
  readonly before: number;
  readonly moving: EmailHash | undefined;
}

/** What a number means to the books, and to the shops where the books cannot say. */
const answered = async (
  ports: ChatPorts,
  call: ChatCall,
  named: Named,
  decide: Decide,
): Promise<Answered> => {
  const { contact } = call.caller;
  const { number, link, stores } = named;
  const numbered = number === undefined || number === 'invalid' ? undefined : number;
  const orders = numbered === undefined ? [] : stores.map((store) => ({ store, number: numbered }));
  const asks = numbered !== undefined && askedAmong(call.setting.program, stores).length > 0;
  let shops: Pick<OrderRequest, 'asks' | 'told' | 'silent'> = { asks };
  let moving: EmailHash | undefined;
  for (let round = 1; round <= mostRounds; round += 1) {
    let person: Contact | undefined;
    let before = 0;
    const { scope, setting } = round === 1 ? call : attemptOf(ports, call);
    const answer = await ports.ledger.decide(scope, { contact, orders }, (found) => {
      person = found.contact;
      before = found.member === undefined ? 0 : spendable(found.member);
      return decide(found, { contact, number, link, ...shops }, setting);
    });
    moving = answer.moving ?? moving;
    if (answer.result === 'proven') continue;
    if (answer.result !== 'ask' || numbered === undefined) return { answer, person, before, moving };
    shops = await toldBy(ports, call, { ...named, number: numbered }, person);
  }
  throw new Error('an order was never clear');
};

/** Runs a decision on the orders that a number may mean, and turns it into an outcome. */
export const orderVerb =
  (verb: 'verify' | 'claim', decide: Decide) =>
  (ports: ChatPorts) =>
  async (call: ChatCall, inputs: OrderInputs): Promise<Outcome<OrderExtras>> => {
    const {
      answer: given,
      person,
      before,
      moving,
    } = await answered(ports, call, namedBy(call, inputs), decide);
    const books = given.books && (await withMoved(ports, call, moving, given.books));
    const answer = { ...given, books };
    const change = books === undefined ? 0 : spendable(books) - before;
    return {
      result: answer.result,
      ok: good.has(answer.result),
      // Claims that pass on with a proof are news, also to somebody who taps an old link.
      replayed: answer.result === 'already_claimed' && change === 0,
      // A card tells of members; who tried too often is told nothing more.
      books,
      person,
      change,
      message: sentence(answer, verb),
      extras: extrasOf(answer),
      shows: () => ({ kind: answer.result === 'credited' ? 'ready' : 'nothing' }),
    };
  };
