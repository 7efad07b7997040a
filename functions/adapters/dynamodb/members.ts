/** Everybody whom a program knows, for the owner's commands: a scan, page by page, since no index holds them all. */
import { ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod/mini';
import { type Contact, contact } from '../../domain/contact.ts';
import type { ContactId, ProgramId } from '../../domain/ids.ts';
import { type Member, member } from '../../domain/member.ts';
import type { Table } from './client.ts';
import { reading } from './faults.ts';
import { contactSk, memberSk, ownerOf } from './keys.ts';
import type { Item } from './read.ts';

/** Books and person of one contact of a program; either may be absent. */
export interface Known {
  readonly program: ProgramId;
  readonly contact: ContactId;
  readonly books: Member | undefined;
  readonly person: Contact | undefined;
}

const filter = (program: ProgramId | undefined) => ({
  FilterExpression: `#sk IN (:member, :contact)${program === undefined ? '' : ' AND begins_with(#pk, :pk)'}`,
  ExpressionAttributeNames: { '#sk': 'sk', ...(program === undefined ? {} : { '#pk': 'pk' }) },
  ExpressionAttributeValues: {
    ':member': memberSk,
    ':contact': contactSk,
    ...(program === undefined ? {} : { ':pk': `P#${program}#M#` }),
  },
});

async function* pages(table: Table, program: ProgramId | undefined, signal: AbortSignal) {
  let start: ScanCommandInput['ExclusiveStartKey'];
  do {
    const input: ScanCommandInput = {
      TableName: table.name,
      ...filter(program),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    };
    const page = await reading(signal, () =>
      table.client.send(new ScanCommand(input), { abortSignal: signal }),
    );
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

const read = <T>(schema: z.ZodMiniType<T>, item: Item): T => {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new Error(`an item of ${String(item['pk'])} cannot be read: npm run audit names what is wrong`);
};

const partOf = (item: Item): Partial<Known> =>
  item['sk'] === memberSk ? { books: read(member, item) } : { person: read(contact, item) };

/**
 * Everybody whom a program knows, or all programs: members, those who left, and contacts who only stopped messages.
 * As good as a scan: who changes meanwhile may be told as they were before.
 */
export async function* everybody(
  table: Table,
  program: ProgramId | undefined,
  signal: AbortSignal,
): AsyncGenerator<Known> {
  // The two items of a contact lie beside each other, but a page may end between them.
  const halves = new Map<string, Known>();
  for await (const items of pages(table, program, signal)) {
    for (const item of items) {
      const pk = String(item['pk']);
      const owner = ownerOf(pk);
      if (owner === undefined) continue;
      const known = { books: undefined, person: undefined, ...owner, ...halves.get(pk), ...partOf(item) };
      if (known.books === undefined || known.person === undefined) {
        halves.set(pk, known);
        continue;
      }
      halves.delete(pk);
      yield known;
    }
  }
  yield* halves.values();
}
