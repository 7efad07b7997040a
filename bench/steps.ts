/** The calls that are counted: what each one sends, what must be there before, and how it must be answered. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../functions/adapters/dynamodb/keys.ts';
import { instant } from '../functions/domain/ids.ts';
import { type Habit, orderItem, type Person, unclaimedOrder, writeItems } from './histories.ts';
import type { House, Shop } from './house.ts';
import type { Counting } from './meter.ts';

/** A member of a program, and which of the two countings is on. Numbers and ids have the same length in both. */
export interface Stage {
  readonly house: House;
  readonly shop: Shop;
  readonly person: Person;
  readonly counting: Counting;
}

export interface Step {
  readonly operation: string;
  readonly verb: string;
  readonly result: string;
  readonly body: (stage: Stage) => Record<string, unknown>;
  readonly before?: (stage: Stage) => Promise<void>;
}

const of = ({ person }: Stage, inputs: Record<string, unknown> = {}) => ({
  contact_id: person.contact,
  ...inputs,
});
/** Something that differs between the two countings. */
const once = ({ counting, person }: Stage, name: string): string =>
  `${name}-${counting === 'units' ? 'U' : 'B'}${person.contact.slice(-6)}`;

const looking = (verb: string): Step => ({ operation: verb, verb, result: 'ok', body: (stage) => of(stage) });

const pushOrder = async (stage: Stage): Promise<void> => {
  const { house, shop, person } = stage;
  const placedAt = instant.parse(Date.now());
  const order = unclaimedOrder(shop.open, person, once(stage, 'N'), 6_000, placedAt);
  await writeItems(house.table, [orderItem(shop.open, order)]);
};

const onOrder = (
  operation: string,
  verb: string,
  result: string,
  name: string,
  before?: Step['before'],
): Step => ({
  operation,
  verb,
  result,
  body: (stage) => of(stage, { order_number: once(stage, name) }),
  ...(before === undefined ? {} : { before }),
});

const taking = (
  operation: string,
  result: string,
  inputs: (stage: Stage) => Record<string, unknown>,
): Step => ({
  operation,
  verb: 'redeem',
  result,
  body: (stage) => of(stage, inputs(stage)),
});

/** A second tap is one on the same reward within minutes: each counting has a reward of its own. */
const plainReward = ({ counting }: Stage) => ({ reward: counting === 'units' ? 'tea-towel' : 'linen-set' });
const withRequest = (stage: Stage) => ({ reward: 'five-off', request_id: once(stage, 'request') });

/** Sets back when the person was heard of, so that the next call notes it. */
const longUnheard = async ({ house, shop, person }: Stage): Promise<void> => {
  await house.table.client.send(
    new UpdateCommand({
      TableName: house.table.name,
      Key: { ...keys.contact(shop.open.program.id, person.contact) },
      UpdateExpression: 'SET #l = :l',
      ExpressionAttributeNames: { '#l': 'lastInboundAt' },
      ExpressionAttributeValues: { ':l': Date.now() - 2 * 3_600_000 },
    }),
  );
};

const joining = (operation: string, result: string): Step => ({
  operation,
  verb: 'enroll',
  result,
  body: (stage) => {
    const name = once(stage, 'new');
    return { contact_id: name, email: `${name}@example.com`, first_name: 'Ana', language: 'en' };
  },
});

/** In the order in which they are called: each finds what the ones before it left. */
export const plainSteps: readonly Step[] = [
  looking('balance'),
  looking('rewards'),
  looking('history'),
  looking('coupons'),
  onOrder('verify-order', 'verify-order', 'valid', 'N', pushOrder),
  onOrder('verify-order, not found', 'verify-order', 'not_found', 'X'),
  onOrder('claim-order', 'claim-order', 'credited', 'N'),
  onOrder('claim-order, again', 'claim-order', 'already_claimed', 'N'),
  onOrder('claim-order, not found', 'claim-order', 'not_found', 'X'),
  taking('redeem', 'issued', plainReward),
  taking('redeem, second tap', 'already_issued', plainReward),
  taking('redeem, request id', 'issued', withRequest),
  taking('redeem, request id again', 'already_issued', withRequest),
  {
    operation: 'credit, with a key',
    verb: 'credit',
    result: 'credited',
    body: (stage) => of(stage, { activity: 'visit', key: once(stage, 'key') }),
  },
  joining('enroll', 'enrolled'),
  joining('enroll, again', 'already_member'),
  { ...looking('balance'), operation: 'balance, first in the hour', before: longUnheard },
  { ...looking('balance'), operation: 'balance, then' },
];

/** What a card shows of the shelves is looked up now and then; these calls count with it being known. */
export const lookAtShelves = async ({ shop, person }: Stage): Promise<void> => {
  await shop.chat('balance', { contact_id: person.contact });
};

/** A reward of its own for each counting, so that neither is a second tap of the other. */
const oneOf =
  (first: string, second: string) =>
  ({ counting }: Stage) => ({ reward: counting === 'units' ? first : second });

const takeJar = async (stage: Stage): Promise<void> => {
  await stage.shop.chat('redeem', of(stage, { reward: 'jar', request_id: once(stage, 'jar') }));
};

export const limitedSteps: readonly Step[] = [
  { ...taking('redeem, limited stock', 'issued', oneOf('mug', 'cup')), before: lookAtShelves },
  { ...taking('redeem, pool code', 'issued', oneOf('film', 'song')), before: lookAtShelves },
  { ...taking('redeem, pool code again', 'already_issued', oneOf('film', 'song')), before: lookAtShelves },
  // This process took a piece, so that what it knew of that shelf is out of date.
  { ...looking('balance'), operation: 'balance, after a piece was taken', before: takeJar },
];

/** What happens to some members and programs only; each asks for something that has no fixed number. */
export interface RareCase {
  readonly habit: Habit;
  readonly entries: number;
  readonly steps: readonly Step[];
  /** In the program whose rewards are limited. */
  readonly scarce: boolean;
}

/** Half of the entries are rewards: 60 coupons within the 30 days that they are good for. */
const manyCoupons = { entries: 121, scarce: false } as const;

export const rareCases = {
  'many coupons to use': {
    ...manyCoupons,
    habit: 'collector',
    steps: [{ ...looking('coupons'), operation: 'coupons, 60 to use' }],
  },
  'many used coupons': {
    ...manyCoupons,
    habit: 'spender',
    steps: [{ ...looking('coupons'), operation: 'coupons, 60 used' }],
  },
  // Codes that begin alike, as those of most services do, all lie to one side of a random place.
  'pool codes that begin alike': {
    habit: 'shopper',
    entries: 11,
    scarce: true,
    steps: [
      {
        ...taking('redeem, pool code from the start again', 'issued', oneOf('film', 'song')),
        before: async (stage) => {
          await lookAtShelves(stage);
          stage.house.startPoolsAt('last symbol');
        },
      },
    ],
  },
} as const satisfies Record<string, RareCase>;
export type RareName = keyof typeof rareCases;
export const rareNames = [
  'many coupons to use',
  'many used coupons',
  'pool codes that begin alike',
] as const satisfies readonly RareName[];

export const unlimitedVisit = { id: 'visit', points: 3 };
const url = 'https://shop.example/gift';
const coupon = { prefix: 'GIFT', expires_after_days: 30 };
const limited = (id: string) => ({
  id,
  name: { en: 'Gift' },
  points: 100,
  kind: 'product',
  products: ['GF-1'],
  url,
  coupon,
  stock: 50,
});
export const limitedRewards = [
  ...['mug', 'cup', 'jar'].map(limited),
  ...['film', 'song'].map((id) => ({ id, name: { en: 'Code' }, points: 100, kind: 'pool' })),
];
const poolSize = 50;

/** Codes as other services make them, spread over the whole alphabet. */
export const codesOf = (name: string): string[] =>
  Array.from({ length: poolSize }, (_, n) => {
    const digits = ((n * 7919 + 104_729) % 60_466_176).toString(36).toUpperCase().padStart(5, '0');
    return `${(n % 36).toString(36).toUpperCase()}${digits}${name.toUpperCase()}`;
  });
