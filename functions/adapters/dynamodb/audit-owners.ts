/** E-mails against their owners: the record of an e-mail names its member, and the member's person holds the e-mail. */
import type * as z from 'zod/mini';
import type { Violation } from '../../domain/audit.ts';
import { contact } from '../../domain/contact.ts';
import { emailsOf } from '../../domain/email-record.ts';
import { programId } from '../../domain/ids.ts';
import type { Table } from './client.ts';
import { indexKeys } from './keys.ts';
import { emailRow } from './load.ts';
import { getItems, type Item } from './read.ts';

/** What a scan found of e-mails and of those who may own them, by partition key. */
export interface Owners {
  /** `P#<program>#EMAIL#<hash>` to its owner's id, and whether they proved it. */
  readonly emails: Map<string, { readonly owner: string | undefined; readonly proven: boolean }>;
  readonly active: Set<string>;
  readonly persons: Map<string, Item>;
  /** By `P#<program>`. */
  readonly emailKeys: Map<string, string>;
}

export const noOwners = (): Owners => ({
  emails: new Map(),
  active: new Set(),
  persons: new Map(),
  emailKeys: new Map(),
});

const programPart = (pk: string): string => pk.split('#').slice(0, 2).join('#');
const memberPk = (emailPk: string, id: string): string => `${programPart(emailPk)}#M#${id}`;

interface Held {
  readonly all: readonly string[];
  readonly proven: readonly string[];
}

/** Keys of the e-mails that a person holds; unknown where the program's secrets are. */
const heldBy = (pk: string, person: Item | undefined, emailKey: string | undefined): Held | undefined => {
  if (emailKey === undefined) return undefined;
  // A person that cannot be read is a finding of its own, and holds no e-mail.
  const read = contact.safeParse(person ?? {});
  if (!read.success) return { all: [], proven: [] };
  const keyOf = (email: string) => `${programPart(pk)}#EMAIL#${email}`;
  return {
    all: emailsOf(read.data, emailKey).map(keyOf),
    proven: (read.data.provenEmails ?? []).map(keyOf),
  };
};

/** What the record of an e-mail says, and what the person says: each once, and once more where the e-mail was proven. */
const recordSays = (proven: boolean): number => (proven ? 5 : 1);
const personSays = (proven: boolean): number => (proven ? 10 : 2);
const bothSay: ReadonlySet<number> = new Set([
  recordSays(false) + personSays(false),
  recordSays(true) + personSays(true),
]);

/** A member and an e-mail that one of the two says belong together. */
interface Tie {
  readonly emailPk: string;
  readonly memberPk: string;
}

const tiesOf = ({ emails, active, persons, emailKeys }: Owners): { ties: Tie[]; suspects: Tie[] } => {
  const said = new Map<string, Tie & { sides: number }>();
  const say = (tie: Tie, sides: number) => {
    const name = `${tie.emailPk} ${tie.memberPk}`;
    said.set(name, { ...tie, sides: (said.get(name)?.sides ?? 0) + sides });
  };
  for (const [emailPk, { owner, proven }] of emails)
    if (owner !== undefined) say({ emailPk, memberPk: memberPk(emailPk, owner) }, recordSays(proven));
  for (const pk of active) {
    const held = heldBy(pk, persons.get(pk), emailKeys.get(programPart(pk)));
    for (const emailPk of held?.all ?? [])
      say({ emailPk, memberPk: pk }, personSays(held?.proven.includes(emailPk) ?? false));
  }
  const both = ({ sides, memberPk: pk }: Tie & { sides: number }) =>
    bothSay.has(sides) || (sides % 2 === 1 && active.has(pk) && !emailKeys.has(programPart(pk)));
  const ties = [...said.values()];
  return { ties, suspects: ties.filter((tie) => !both(tie)) };
};

const maxReadings = 8;

/** Reads a tie again while its e-mail stands still. @returns whether both sides say the same; true where it never stood still */
const holds = async (
  table: Table,
  tie: Tie,
  emailKey: string | undefined,
  signal: AbortSignal,
): Promise<boolean> => {
  const email = async () => (await getItems(table, [{ pk: tie.emailPk, sk: 'EMAIL' }], signal))[0];
  for (let reading = 0; reading < maxReadings; reading += 1) {
    const before = await email();
    const items = await getItems(
      table,
      ['@MEMBER', '@CONTACT'].map((sk) => ({ pk: tie.memberPk, sk })),
      signal,
    );
    const after = await email();
    // Both sides change in one transaction, so what was read between two equal revisions belongs to them.
    if (before?.['rev'] !== after?.['rev']) continue;
    const at = (sk: string) => items.find((item) => item['sk'] === sk);
    const owned =
      after?.['owner'] !== undefined && memberPk(tie.emailPk, String(after['owner'])) === tie.memberPk;
    const active = at('@MEMBER')?.['status'] === 'active';
    const told = heldBy(tie.memberPk, at('@CONTACT'), emailKey);
    const held = told?.all.includes(tie.emailPk) ?? owned;
    const proven = owned && after?.['proven'] === true;
    const proved = active && (told?.proven.includes(tie.emailPk) ?? proven);
    return owned === (active && held) && proven === proved;
  }
  return true;
};

/** A violation for each e-mail that does not belong to whom it should. */
export const auditOwners = async (
  table: Table,
  owners: Owners,
  signal: AbortSignal,
): Promise<Violation[]> => {
  const found: Violation[] = [];
  for (const tie of tiesOf(owners).suspects) {
    if (await holds(table, tie, owners.emailKeys.get(programPart(tie.emailPk)), signal)) continue;
    found.push({
      invariant: 3,
      where: tie.memberPk.replace(/^P#/, '').replace('#M#', '/'),
      message: 'an e-mail and its member do not name each other',
    });
  }
  return found;
};

/** Every e-mail that was ever owned had its turn for the bonus; one that was only proven for somebody waits for it. */
const isSound = (record: z.infer<typeof emailRow>, pk: string, item: Item): boolean => {
  const { email, owner, bonusPaid, proven, provers, provenFor, moving } = record;
  const waits = owner === undefined && provenFor !== undefined && provers === undefined;
  const duePk = moving === undefined ? undefined : indexKeys.due(programId.parse(pk.split('#')[1]), 'email');
  return (
    pk === `${programPart(pk)}#EMAIL#${email}` &&
    (bonusPaid || waits) &&
    (proven !== true || (owner !== undefined && provers?.includes(owner) === true)) &&
    item['duePk'] === duePk &&
    item['dueAt'] === moving?.dueAt
  );
};

/** Puts the record of an e-mail aside. @throws where it cannot be read, or says what cannot be */
export const noteEmail = ({ emails }: Owners, pk: string, item: Item): void => {
  const record = emailRow.parse(item);
  if (!isSound(record, pk, item)) throw new Error('the record of an e-mail was changed');
  emails.set(pk, { owner: record.owner, proven: record.proven === true });
};
