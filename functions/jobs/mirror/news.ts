/** Which lines of the table's stream speak of books that moved without a chat, and of what their owner is to be told. */
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type ContactId, contactId, couponKey, type ProgramId, programId } from '../../domain/ids.ts';
import type { News } from '../../ports/agenda.ts';

const text = z.object({ S: z.string() });
const number = z.object({ N: z.string() });
const keys = z.object({ pk: text, sk: text });
const entryImage = z.object({
  seq: z.optional(number),
  source: z.object({ M: z.object({ kind: text, reason: z.optional(text) }) }),
});
const couponImage = z.object({
  state: text,
  contact: text,
  rev: z.optional(number),
  tellRev: z.optional(number),
  usedLate: z.optional(z.object({ BOOL: z.boolean() })),
});

/** A claim that passed from somebody else. */
const passedImage = z.object({
  claim: z.object({
    M: z.object({
      contact: text,
      credited: number,
      standing: number,
      from: z.object({ M: z.object({ contact: text }) }),
    }),
  }),
});

/** Entries of the owner's and the shop's doing, and of whoever proved an e-mail. */
const withoutChat: ReadonlySet<string> = new Set([
  'adjustment',
  'refund',
  'reversal',
  'capture',
  'late_use',
  'email_moved',
]);
/** Those of which it is told why. */
const explained: ReadonlySet<string> = new Set(['refund', 'reversal', 'late_use', 'email_moved']);

/** Whose books moved, and the news where they are told why. */
export interface Moved {
  readonly program: ProgramId;
  readonly contact: ContactId;
  readonly news?: News;
}

const moved = (program: string, contact: string, news?: News): Moved => ({
  program: programId.parse(program),
  contact: contactId.parse(contact),
  ...(news === undefined ? {} : { news }),
});

const byEntry = (program: string, contact: string, image: unknown): Moved | undefined => {
  const entry = entryImage.safeParse(image);
  if (!entry.success) return undefined;
  const { seq, source } = entry.data;
  const { kind, reason } = source.M;
  // A coupon that its shop could not make speaks for itself: in chat it was told at once, else its own line says so.
  if (!withoutChat.has(kind.S) || (kind.S === 'reversal' && reason?.S === 'failed')) return undefined;
  const told = explained.has(kind.S) && seq !== undefined;
  return moved(program, contact, told ? { kind: 'entry', seq: Number(seq.N) } : undefined);
};

const byCoupon = (program: string, key: string, image: unknown): Moved | undefined => {
  const coupon = couponImage.safeParse(image);
  if (!coupon.success) return undefined;
  const { state, contact, rev, tellRev, usedLate } = coupon.data;
  // Of a late use an entry speaks.
  if (state.S === 'used') return usedLate?.BOOL === true ? undefined : moved(program, contact.S);
  const ended = state.S === 'issued' || state.S === 'reversed';
  // Later revisions carry the number too.
  if (!ended || tellRev === undefined || tellRev.N !== rev?.N) return undefined;
  return moved(program, contact.S, { kind: 'coupon', coupon: couponKey.parse(key) });
};

/** Whoever an order passed to by proof: its line in their books looks like one that they claimed. */
const byOrder = (program: string, image: unknown): Moved | undefined => {
  const order = passedImage.safeParse(image);
  if (!order.success) return undefined;
  const { contact, credited, standing } = order.data.claim.M;
  // Once it was lowered, that has a line of its own.
  return credited.N === standing.N ? moved(program, contact.S) : undefined;
};

/** Whose books moved without a chat by this line; undefined where it says nothing of the kind. */
export const movedWithoutChat = ({ eventName, dynamodb }: DynamoDBRecord): Moved | undefined => {
  const at = keys.safeParse(dynamodb?.Keys);
  if (!at.success) return undefined;
  const [, program = '', kind, id = ''] = at.data.pk.S.split('#');
  const image = dynamodb?.NewImage;
  if (kind === 'M' && eventName === 'INSERT' && at.data.sk.S.startsWith('E#'))
    return byEntry(program, id, image);
  if (eventName !== 'MODIFY') return undefined;
  if (kind === 'C') return byCoupon(program, id, image);
  if (kind === 'O') return byOrder(program, image);
  return undefined;
};
