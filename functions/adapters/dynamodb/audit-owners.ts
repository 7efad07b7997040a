/** E-mails against their owners: the record of an e-mail names its member, and the member's person holds the e-mail. */
import type { Violation } from '../../domain/audit.ts';
import { contact } from '../../domain/contact.ts';
import { hashEmail } from '../../domain/email.ts';
import type { Table } from './client.ts';
import { emailRow } from './load.ts';
import { getItems, type Item } from './read.ts';

/** What a scan found of e-mails and of those who may own them, by partition key. */
export interface Owners {
  /** `P#<program>#EMAIL#<hash>` to its owner's id. */
  readonly emails: Map<string, string | undefined>;
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

/** Keys of the e-mails that a person holds; unknown where the program's secrets are. */
const heldBy = (pk: string, person: Item | undefined, emailKey: string | undefined): string[] | undefined => {
  if (emailKey === undefined) return undefined;
  // A person that cannot be read is a finding of its own, and holds no e-mail.
  const read = contact.safeParse(person ?? {});
  const emails = read.success ? (read.data.emails ?? []) : [];
  return emails.map((email) => `${programPart(pk)}#EMAIL#${hashEmail(email, emailKey)}`);
};

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
  for (const [emailPk, owner] of emails)
    if (owner !== undefined) say({ emailPk, memberPk: memberPk(emailPk, owner) }, 1);
  for (const pk of active) {
    const held = heldBy(pk, persons.get(pk), emailKeys.get(programPart(pk)));
    for (const emailPk of held ?? []) say({ emailPk, memberPk: pk }, 2);
  }
  const both = ({ sides, memberPk: pk }: Tie & { sides: number }) =>
    sides === 3 || (sides === 1 && active.has(pk) && !emailKeys.has(programPart(pk)));
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
    const held = heldBy(tie.memberPk, at('@CONTACT'), emailKey)?.includes(tie.emailPk) ?? owned;
    return owned === (active && held);
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

/** Puts the record of an e-mail aside. @throws where it cannot be read, or says that no bonus was paid: every e-mail that was ever owned had its turn */
export const noteEmail = ({ emails }: Owners, pk: string, item: Item): void => {
  const { email, owner, bonusPaid } = emailRow.parse(item);
  if (pk !== `${programPart(pk)}#EMAIL#${email}` || !bonusPaid)
    throw new Error('the record of an e-mail was changed');
  emails.set(pk, owner);
};
