/** Which lines of the table's stream speak of books that moved without a chat. */
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type ContactId, contactId, type ProgramId, programId } from '../../domain/ids.ts';

const text = z.object({ S: z.string() });
const keys = z.object({ pk: text, sk: text });
const entryImage = z.object({ source: z.object({ M: z.object({ kind: text }) }) });
const couponImage = z.object({ state: text, contact: text });

/** Entries of the owner's and the shop's doing. */
const withoutChat: ReadonlySet<string> = new Set(['adjustment', 'refund', 'reversal', 'capture']);

export interface Owner {
  readonly program: ProgramId;
  readonly contact: ContactId;
}

const owner = (program: string, contact: string): Owner => ({
  program: programId.parse(program),
  contact: contactId.parse(contact),
});

/** Whose books moved without a chat by this line; undefined where it says nothing of the kind. */
export const movedWithoutChat = ({ eventName, dynamodb }: DynamoDBRecord): Owner | undefined => {
  const at = keys.safeParse(dynamodb?.Keys);
  if (!at.success) return undefined;
  const [, program = '', kind, id = ''] = at.data.pk.S.split('#');
  const image = dynamodb?.NewImage;
  if (kind === 'M' && eventName === 'INSERT' && at.data.sk.S.startsWith('E#')) {
    const entry = entryImage.safeParse(image);
    return entry.success && withoutChat.has(entry.data.source.M.kind.S) ? owner(program, id) : undefined;
  }
  if (kind === 'C' && eventName === 'MODIFY') {
    const coupon = couponImage.safeParse(image);
    return coupon.success && coupon.data.state.S === 'used'
      ? owner(program, coupon.data.contact.S)
      : undefined;
  }
  return undefined;
};
