/** Passing claims on to the one who proved an e-mail: as many as fit into the request that proved it, the rest by the job `settle`. */
import type { EmailHash } from '../domain/email.ts';
import type { Entry, Source } from '../domain/entry.ts';
import type { ContactId } from '../domain/ids.ts';
import { answer, type EmailRecord, emailIn } from '../domain/ledger.ts';
import type { Member } from '../domain/member.ts';
import type { Setting } from '../domain/membership.ts';
import { decideLookedAt, decideMove } from '../domain/move.ts';
import type { Chance } from '../ports/environment.ts';
import type { Ledger, Scope } from '../ports/ledger.ts';

export interface MovingPorts {
  readonly ledger: Ledger;
  readonly chance: Chance;
}

export interface PassedOn {
  /** Orders that passed to the prover, or that nobody has any more because the prover has left. */
  readonly moved: number;
  readonly to: ContactId | undefined;
  /** The prover's books after the last of them. */
  readonly books: Member | undefined;
  /** Nothing is left to do. */
  readonly done: boolean;
}

/** Each change has an operation of its own, so that a lost answer can be told from its neighbours'. */
type Attempt = () => { readonly scope: Scope; readonly setting: Setting };

const credits = (entry: Entry): entry is Entry & { source: Extract<Source, { kind: 'order' }> } =>
  entry.source.kind === 'order';

const pageSize = 50;

type Moving = NonNullable<EmailRecord['moving']>;

/** Looks at one page of the lines of one who has to give up. @param most how many orders may be looked at */
const page = async (
  { ledger }: MovingPorts,
  email: EmailHash,
  { to, from: [next] }: Moving,
  most: number,
  attempt: Attempt,
) => {
  if (next === undefined) throw new Error('a move that is over was left standing');
  const { contact: from, before } = next;
  const range = { limit: pageSize, ...(before === undefined ? {} : { before }) };
  const entries = await ledger.entries(attempt().scope, from, range);
  const orders = entries.filter(credits);
  let moved = 0;
  let books: Member | undefined;
  for (const { seq, source } of orders.slice(0, most)) {
    const { store, order: number, id } = source;
    const { scope, setting } = attempt();
    const wanted = { contact: to, other: from, emails: [email], orders: [{ store, number }] };
    const came = await ledger.decide(scope, wanted, (found) =>
      decideMove(found, { email, from, to, seq, store, number, id }, setting),
    );
    if (came.result !== 'stays') [moved, books] = [moved + 1, came.books];
  }
  const looked = orders.slice(0, most).at(-1)?.seq;
  const rest = orders.length > most;
  const over = !rest && entries.length < pageSize;
  const down = over ? undefined : rest ? looked : entries.at(-1)?.seq;
  const record = await ledger.decide(attempt().scope, { emails: [email] }, (found) =>
    decideLookedAt(found, email, to, from, down),
  );
  return { moved, books, seen: Math.min(orders.length, most), record };
};

/**
 * Goes on with what is passing on under an e-mail. Done twice or at the same time, nothing passes twice.
 * @param most how many orders may be looked at
 * @param enough ends it early
 */
export const passOn = async (
  ports: MovingPorts,
  email: EmailHash,
  attempt: Attempt,
  most: number,
  enough: () => boolean,
): Promise<PassedOn> => {
  let record = await ports.ledger.decide(attempt().scope, { emails: [email] }, (found) =>
    answer(emailIn(found, email)),
  );
  let [moved, seen] = [0, 0];
  let books: Member | undefined;
  const to = record?.moving?.to;
  while (record?.moving !== undefined && record.moving.to === to && seen < most && !enough()) {
    const came = await page(ports, email, record.moving, most - seen, attempt);
    moved += came.moved;
    seen += came.seen;
    books = came.books ?? books;
    record = came.record;
  }
  return { moved, to, books, done: record?.moving === undefined };
};
