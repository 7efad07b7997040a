/**
 * Which item lies where. Every key but an API key's and the directory's begins with the program, so no query can cross programs.
 * No id in a partition key may hold a `#`, so no key can be made to look like another; an order's own id, which may, ends its
 * sort key.
 */
import { type EmailHash, emailHash } from '../../domain/email.ts';
import {
  type ContactId,
  type CouponKey,
  contactId,
  couponKey,
  type OrderNumber,
  type ProgramId,
  programId,
  type RewardId,
  type StoreId,
  storeId,
} from '../../domain/ids.ts';
import type { DueKind, ErrandKind, Errands, OrderErrand } from '../../ports/agenda.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const memberSk = '@MEMBER';
export const contactSk = '@CONTACT';
export const mirrorSk = '@MIRROR';
/** The one partition that no program owns: which programs there are. Only jobs and the owner's commands read it. */
export const directoryPk = 'PROGRAMS';
export const orderSk = 'ORDER';
const entryPrefix = 'E#';
export const purchasesPrefix = 'W#';
const seqDigits = 10;

const padded = (seq: number): string => String(seq).padStart(seqDigits, '0');
export const entrySk = (seq: number): string => `${entryPrefix}${padded(seq)}`;
export const noteSk = (seq: number): string => `N#${padded(seq)}`;
export const archivedSk = (id: string): string => `ORDER#${id}`;

export const memberPk = (program: ProgramId, contact: ContactId): string => `P#${program}#M#${contact}`;
/** Whose partition a key is; undefined where it is no member's. */
export const ownerOf = (pk: string): { program: ProgramId; contact: ContactId } | undefined => {
  const [, program, contact] = /^P#([^#]+)#M#([^#]+)$/.exec(pk) ?? [];
  if (program === undefined || contact === undefined) return undefined;
  return { program: programId.parse(program), contact: contactId.parse(contact) };
};

/** What an errand of the index is about, from its key. @throws where it is of another kind */
export const errandOf: { readonly [Kind in ErrandKind]: (key: Key) => Errands[Kind] } = {
  coupon: ({ pk }) => couponKey.parse(/^P#[^#]+#C#([^#]+)$/.exec(pk)?.[1]),
  email: ({ pk }) => emailHash.parse(/^P#[^#]+#EMAIL#([^#]+)$/.exec(pk)?.[1]),
  order: ({ pk, sk }) => {
    const [, store] = /^P#[^#]+#S#([^#]+)$/.exec(pk) ?? [];
    const [, what, id] = /^ASK#(read|link)#(.+)$/.exec(sk) ?? [];
    if (id === undefined || (what !== 'read' && what !== 'link'))
      throw new Error('the index names an item that is no order’s');
    return { store: storeId.parse(store), what, id };
  },
};

const findingPrefix = 'FIND#';
const storePk = (program: ProgramId, store: StoreId): string => `P#${program}#S#${store}`;
const rewardPk = (program: ProgramId, reward: RewardId): string => `P#${program}#R#${reward}`;

export const keys = {
  apiKey: (hash: string): Key => ({ pk: `KEY#${hash}`, sk: 'KEY' }),
  program: (program: ProgramId): Key => ({ pk: `P#${program}`, sk: 'PROGRAM' }),
  listed: (program: ProgramId): Key => ({ pk: directoryPk, sk: program }),
  secrets: (program: ProgramId): Key => ({ pk: `P#${program}`, sk: 'SECRETS' }),
  member: (program: ProgramId, contact: ContactId): Key => ({ pk: memberPk(program, contact), sk: memberSk }),
  contact: (program: ProgramId, contact: ContactId): Key => ({
    pk: memberPk(program, contact),
    sk: contactSk,
  }),
  /** There while a member's ManyChat fields are to be written anew. */
  mirror: (program: ProgramId, contact: ContactId): Key => ({
    pk: memberPk(program, contact),
    sk: mirrorSk,
  }),
  entry: (program: ProgramId, contact: ContactId, seq: number): Key => ({
    pk: memberPk(program, contact),
    sk: entrySk(seq),
  }),
  note: (program: ProgramId, contact: ContactId, seq: number): Key => ({
    pk: memberPk(program, contact),
    sk: noteSk(seq),
  }),
  businessKey: (program: ProgramId, contact: ContactId, verb: string, key: string): Key => ({
    pk: memberPk(program, contact),
    sk: `K#${verb}#${key}`,
  }),
  purchases: (program: ProgramId, contact: ContactId, day: string): Key => ({
    pk: memberPk(program, contact),
    sk: `${purchasesPrefix}${day}`,
  }),
  email: (program: ProgramId, email: EmailHash): Key => ({ pk: `P#${program}#EMAIL#${email}`, sk: 'EMAIL' }),
  order: (program: ProgramId, store: StoreId, number: OrderNumber): Key => ({
    pk: `P#${program}#O#${store}#${number}`,
    sk: orderSk,
  }),
  archivedOrder: (program: ProgramId, store: StoreId, number: OrderNumber, id: string): Key => ({
    pk: `P#${program}#O#${store}#${number}`,
    sk: archivedSk(id),
  }),
  /** What is remembered of a store: errands, findings, and how far its orders were read. */
  asked: (program: ProgramId, { store, what, id }: OrderErrand): Key => ({
    pk: storePk(program, store),
    sk: `ASK#${what}#${id}`,
  }),
  cursor: (program: ProgramId, store: StoreId): Key => ({ pk: storePk(program, store), sk: 'CURSOR' }),
  finding: (program: ProgramId, store: StoreId, name: string): Key => ({
    pk: storePk(program, store),
    sk: `${findingPrefix}${name}`,
  }),
  coupon: (program: ProgramId, coupon: CouponKey): Key => ({ pk: `P#${program}#C#${coupon}`, sk: 'COUPON' }),
  counter: (program: ProgramId, reward: RewardId, index: number): Key => ({
    pk: rewardPk(program, reward),
    sk: `STOCK#${index}`,
  }),
  poolCode: (program: ProgramId, reward: RewardId, code: string): Key => ({
    pk: rewardPk(program, reward),
    sk: `POOL#${code}`,
  }),
} as const;

/** Ranges of sort keys that are asked for as a whole. */
export const ranges = {
  entries: (program: ProgramId, contact: ContactId, before: number) => ({
    pk: memberPk(program, contact),
    from: entrySk(1),
    to: entrySk(before - 1),
  }),
  notes: (program: ProgramId, contact: ContactId, from: number, to: number) => ({
    pk: memberPk(program, contact),
    from: noteSk(from),
    to: noteSk(to),
  }),
  counters: (program: ProgramId, reward: RewardId) => ({
    pk: rewardPk(program, reward),
    from: 'STOCK#',
    to: 'STOCK#~',
  }),
  findings: (program: ProgramId, store: StoreId) => ({
    pk: storePk(program, store),
    from: findingPrefix,
    to: `${findingPrefix}~`,
  }),
  pool: (program: ProgramId, reward: RewardId) => ({
    pk: rewardPk(program, reward),
    from: 'POOL#',
    to: 'POOL#~',
  }),
} as const;

/** Keys in the sparse indexes. */
export const indexKeys = {
  tasks: (program: ProgramId): string => `P#${program}#TASKS`,
  due: (program: ProgramId, what: DueKind | ErrandKind): string => `P#${program}#DUE#${what}`,
} as const;
