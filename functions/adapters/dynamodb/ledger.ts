/** The ledger port on DynamoDB. */

import * as z from 'zod/mini';
import type { Contact, ContactChange } from '../../domain/contact.ts';
import type { Coupon } from '../../domain/coupon.ts';
import { coupon, statusOf } from '../../domain/coupon.ts';
import { type Entry, entry } from '../../domain/entry.ts';
import type { ContactId, Instant, ProgramId, RewardId } from '../../domain/ids.ts';
import { answer, type Decision, type Loaded, type Wanted } from '../../domain/ledger.ts';
import type { Program } from '../../domain/program.ts';
import type { Chance } from '../../ports/environment.ts';
import type { Ledger, NotedEntry, Scope } from '../../ports/ledger.ts';
import type { Table } from './client.ts';
import { commit } from './commit.ts';
import { MovedOn, retrying } from './faults.ts';
import { indexKeys, keys, memberPk, ranges } from './keys.ts';
import { bothLoaded, bothWanted, load } from './load.ts';
import { addToPool } from './pool.ts';
import { getItems, queryIndex, queryRange } from './read.ts';
import { emptyShelves, type Shelves } from './shelves.ts';

/** A decision that asks more often than this is a bug. */
const maxLooks = 6;

const noteRow = z.object({ seq: z.int(), text: z.string() });

/** Looks until the decision has seen enough. `asked` grows, so that a decision taken again gets it all in one batch. */
const decided = async <A>(
  look: (wanted: Wanted) => Promise<Loaded>,
  asked: { wanted: Wanted },
  judge: (found: Loaded) => Decision<A>,
): Promise<{ found: Loaded; decision: Extract<Decision<A>, { kind: 'answer' }> }> => {
  let found = await look(asked.wanted);
  for (let looks = 1; looks <= maxLooks; looks += 1) {
    const decision = judge(found);
    if (decision.kind === 'answer') return { found, decision };
    asked.wanted = bothWanted(asked.wanted, decision.wanted);
    found = bothLoaded(found, await look(decision.wanted));
  }
  throw new Error('a decision never saw enough');
};

const entriesPage = async (
  table: Table,
  scope: Scope,
  contact: ContactId,
  page: { before?: number; limit: number },
): Promise<Entry[]> => {
  const range = ranges.entries(scope.program, contact, page.before ?? 9_999_999_999);
  const items = await queryRange(table, range, { limit: page.limit, newestFirst: true }, scope.signal);
  return items.map((item) => entry.parse(item));
};

const withNotes = async (
  table: Table,
  scope: Scope,
  contact: ContactId,
  entries: readonly Entry[],
): Promise<NotedEntry[]> => {
  const explained = entries
    .filter(({ source }) => source.kind === 'adjustment' || source.kind === 'reversal')
    .map(({ seq }) => keys.note(scope.program, contact, seq));
  const items = explained.length === 0 ? [] : await getItems(table, explained, scope.signal);
  const notes = new Map(items.map((item) => noteRow.parse(item)).map(({ seq, text }) => [seq, text]));
  return entries.map((line) => ({ entry: line, note: notes.get(line.seq) }));
};

/** One page by rank: open ones by expiry, then those that are over. */
const couponsOf = async (
  table: Table,
  scope: Scope,
  contact: ContactId,
  now: Instant,
  limit: number,
): Promise<Coupon[]> => {
  const index = { name: 'coupons', key: 'ownerPk', value: memberPk(scope.program, contact) } as const;
  const items = await queryIndex(table, index, { limit, newestFirst: true }, scope.signal);
  const held = items.map((item) => coupon.parse(item));
  const usable = held
    .filter((one) => statusOf(one, now) === 'valid')
    .sort((a, b) => a.expiresAt - b.expiresAt);
  const over = held.filter((one) => statusOf(one, now) !== 'valid').sort((a, b) => b.issuedAt - a.issuedAt);
  return [...usable, ...over];
};

const mostTasks = 100;

const tasksOf = async (table: Table, scope: Scope): Promise<Coupon[]> => {
  const index = { name: 'due', key: 'duePk', value: indexKeys.tasks(scope.program) } as const;
  const page = await queryIndex(table, index, { limit: mostTasks }, scope.signal);
  const wanted = page.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const items = await getItems(table, wanted, scope.signal);
  return items
    .map((item) => coupon.parse(item))
    .filter(({ state }) => state === 'requested')
    .sort((a, b) => a.issuedAt - b.issuedAt);
};

/** Written as read at first, which costs one write and no read; who loses against another change looks again. */
const amended = async (
  ledger: Pick<Ledger, 'decide'>,
  table: Table,
  scope: Scope,
  person: Contact,
  judge: (now: Contact) => ContactChange | undefined,
): Promise<boolean> => {
  const change = judge(person);
  if (change === undefined) return false;
  try {
    await commit(table, scope, { contact: change }, person);
    return true;
  } catch (error) {
    if (!(error instanceof MovedOn)) throw error;
    return ledger.decide(scope, { contact: person.contact }, ({ contact: now }) => {
      const again = now === undefined ? undefined : judge(now);
      return again === undefined ? answer(false) : answer(true, { contact: again });
    });
  }
};

/** @param chance which of a pool's codes to take */
export const dynamoLedger = (table: Table, chance: Chance): Ledger => {
  const shelves: Shelves = emptyShelves(table);
  const stocked = (program: ProgramId, reward: RewardId) => shelves.changed(program, reward);
  const ledger: Ledger = {
    decide: (scope, wanted, judge) => {
      const asked = { wanted };
      const look = (what: Wanted) => load(table, scope.program, what, chance.below, scope.signal);
      const attempt = async () => {
        const { found, decision } = await decided(look, asked, judge);
        if (decision.change === undefined) return decision.answer;
        await commit(table, scope, decision.change, found.contact, found.other?.contact);
        const moved = decision.change.stock ?? decision.change.poolCode;
        if (moved !== undefined) stocked(scope.program, moved.reward);
        return decision.answer;
      };
      return retrying(scope.signal, attempt, (error) => error instanceof MovedOn);
    },
    amend: (scope, person, judge) => amended(ledger, table, scope, person, judge),
    entries: (scope, contact, page) => entriesPage(table, scope, contact, page),
    notedEntries: async (scope, contact, page) =>
      withNotes(table, scope, contact, await entriesPage(table, scope, contact, page)),
    coupons: (scope, contact, now, limit) => couponsOf(table, scope, contact, now, limit),
    tasks: (scope) => tasksOf(table, scope),
    soldOut: (scope, program: Program) => shelves.soldOut(scope, program),
    storeCodes: async (scope, reward, codes) => {
      const outcome = await addToPool(table, scope, reward, codes);
      stocked(scope.program, reward);
      return outcome;
    },
  };
  return ledger;
};
