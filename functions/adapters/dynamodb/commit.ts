/** Writing once, whatever becomes of the answer. */
import type { Contact } from '../../domain/contact.ts';
import { contact } from '../../domain/contact.ts';
import { canonical } from '../../domain/entry.ts';
import type { Change } from '../../domain/ledger.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { Table } from './client.ts';
import { faultKind, MovedOn, retrying } from './faults.ts';
import { type Key, keys } from './keys.ts';
import { getItems } from './read.ts';
import { prepare, writesOf } from './write.ts';

/** Whether the change is in the table: ours, another's in its place, or neither. */
type Witness = 'ours' | 'another' | 'unwritten';

const byOperation = async (
  table: Table,
  scope: Scope,
  key: Key,
  was: number | undefined,
): Promise<Witness> => {
  const [item] = await getItems(table, [key], scope.signal);
  if (item === undefined) return 'unwritten';
  if (item['operation'] === scope.operation) return 'ours';
  return was === undefined || item['rev'] !== was ? 'another' : 'unwritten';
};

/** A change of the person alone carries no operation: it is ours where everything stands as we would have set it. */
const byAttributes = async (
  table: Table,
  scope: Scope,
  change: NonNullable<Change['contact']>,
): Promise<Witness> => {
  const [item] = await getItems(table, [keys.contact(scope.program, change.contact)], scope.signal);
  const found = item === undefined ? undefined : contact.parse(item);
  const same = Object.entries(change.set).every(
    ([name, value]) => canonical(found?.[name as keyof Contact]) === canonical(value),
  );
  const gone = (change.clear ?? []).every((name) => found?.[name] === undefined);
  return same && gone ? 'ours' : 'unwritten';
};

/** Looks up, strongly, what became of a change whose answer was lost. */
const witness = (table: Table, scope: Scope, change: Change): Promise<Witness> => {
  const { program } = scope;
  const [first] = change.postings ?? [];
  if (first !== undefined)
    return byOperation(table, scope, keys.entry(program, first.books.contact, first.entry.seq), undefined);
  if (change.order !== undefined) {
    const { before, after, archived } = change.order;
    const { store, number, id } = after;
    const key =
      archived === true && id !== undefined
        ? keys.archivedOrder(program, store, number, id)
        : keys.order(program, store, number);
    return byOperation(table, scope, key, before?.rev);
  }
  if (change.coupon !== undefined)
    return byOperation(
      table,
      scope,
      keys.coupon(program, change.coupon.after.key),
      change.coupon.before?.rev,
    );
  if (change.contact !== undefined) return byAttributes(table, scope, change.contact);
  return Promise.resolve('unwritten');
};

/** The answer was lost and the change is not there: the same command goes out again, with the same token. */
class SendAgain extends Error {
  override readonly name = 'SendAgain';
}

/**
 * Writes a change as a whole.
 * @param read the person as the decision saw them
 * @param other the second one, where there are two
 * @throws MovedOn where it was surely not applied: load and decide again
 * @throws DeadlinePassed where it is not known in time
 */
export const commit = async (
  table: Table,
  scope: Scope,
  change: Change,
  read: Contact | undefined,
  other?: Contact | undefined,
): Promise<void> => {
  const writes = writesOf(table, scope.program, change, read, other);
  if (writes.length === 0) return;
  const send = prepare(table, writes);
  let lostBefore = false;
  const attempt = async (): Promise<void> => {
    try {
      await send(scope.signal);
    } catch (error) {
      const kind = faultKind(error);
      if (kind === 'fatal') throw error;
      // Never decide again before it is known what became of the first command.
      const seen = kind === 'unknown' || lostBefore ? await witness(table, scope, change) : 'another';
      if (seen === 'ours') return;
      // A throttled repeat says nothing of the first command, which may still be on its way.
      if (seen === 'another' || kind === 'refused') throw new MovedOn('something moved on', { cause: error });
      lostBefore = true;
      throw new SendAgain('the answer was lost', { cause: error });
    }
  };
  await retrying(scope.signal, attempt, (error) => error instanceof SendAgain);
};
