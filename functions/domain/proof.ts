/**
 * Proof of an e-mail: who comes first by the signed link of an order was written to at the e-mail of that order. The e-mail
 * becomes theirs, and what others claimed under it passes to them.
 */
import type { EmailHash } from './email.ts';
import { emailsOf, holderOf, mostEmails, proverAfter, takenOver } from './email-record.ts';
import type { ContactId } from './ids.ts';
import {
  answer,
  type Change,
  type Decision,
  type EmailRecord,
  emailIn,
  type Loaded,
  need,
} from './ledger.ts';
import { isActive } from './member.ts';
import type { Setting } from './membership.ts';
import type { Order, OrderStatus } from './order.ts';
import type { Placed } from './placing.ts';

/** Whoever orders under another's e-mail and does not pay has proven nothing. */
const paid: ReadonlySet<OrderStatus> = new Set(['paid', 'fulfilled', 'refunded']);

export const proves = ({ status, test, emailChanged }: Order): boolean =>
  paid.has(status) && !test && emailChanged !== true;

/** Whether a link is still this contact's to use. */
export const isFirst = ({ provenBy }: Order, contact: ContactId): boolean =>
  provenBy === undefined || provenBy.contact === contact;

/**
 * What a link of an order says of whoever came by it. `proven`: the e-mail is theirs, and they have proven it. `proves`: it is
 * theirs from now on. `seen`: they may know of the order, and it proves nothing as long as it is not paid. `none`: no more than
 * the bare number.
 */
export type Standing = 'proven' | 'proves' | 'seen' | 'none';

export const standingBy = (
  found: Loaded,
  order: Order,
  contact: ContactId,
  emailKey: string,
): Standing | { readonly wanted: { readonly emails: readonly EmailHash[] } } => {
  if (order.test || !isFirst(order, contact)) return 'none';
  const person = found.contact;
  if (person?.provenEmails?.includes(order.email)) return 'proven';
  if (!found.asked.emails?.includes(order.email)) return { wanted: { emails: [order.email] } };
  const record = emailIn(found, order.email);
  if (record?.proven && holderOf(record, contact) !== undefined) return 'none';
  if (!proves(order)) return 'seen';
  const held = emailsOf(person, emailKey);
  return held.length >= mostEmails && !held.includes(order.email) ? 'none' : 'proves';
};

export interface ProofAnswer {
  /** `kept`: for somebody who is no member yet. */
  readonly result: 'proven' | 'kept' | 'nothing';
  /** The e-mail whose claims are passing on now. */
  readonly moving: EmailHash | undefined;
}

/** What a shop has just told may cost points of a claim: that is for its news to write, and here the order stays as it was. */
const noted = (
  { order, before, archived, archive }: Placed,
  contact: ContactId,
  { stamp }: Setting,
): Change => ({
  order: {
    before,
    after: {
      ...(order.claim === undefined ? order : (before ?? order)),
      provenBy: order.provenBy ?? { contact, at: stamp.now },
      rev: (before?.rev ?? 0) + 1,
      operation: stamp.operation,
    },
    archived,
  },
  ...(archive === undefined ? {} : { archive }),
});

/** Somebody who is no member yet: the proof waits until they join. */
const kept = (
  placed: Placed,
  record: EmailRecord | undefined,
  contact: ContactId,
  setting: Setting,
): Decision<ProofAnswer> => {
  const { email, provenBy } = placed.order;
  if (provenBy?.contact === contact && record?.provenFor === contact)
    return answer({ result: 'nothing', moving: undefined });
  const after: EmailRecord = {
    ...(record ?? { email, owner: undefined, bonusPaid: false }),
    provenFor: contact,
    rev: (record?.rev ?? 0) + 1,
  };
  return answer(
    { result: 'kept', moving: undefined },
    { ...noted(placed, contact, setting), emails: [{ before: record, after }] },
  );
};

/**
 * What the link of an order proves, before the order itself is claimed.
 * @param placed the order that the link names
 */
export const decideProof = (
  found: Loaded,
  placed: Placed,
  contact: ContactId,
  setting: Setting,
): Decision<ProofAnswer> => {
  const nothing: ProofAnswer = { result: 'nothing', moving: undefined };
  const { order } = placed;
  const standing = standingBy(found, order, contact, setting.emailKey);
  if (typeof standing === 'object') return need(standing.wanted);
  if (standing === 'proven') {
    // Where nothing is to be claimed any more, nothing else would remember who came by the link.
    const toNote = order.provenBy === undefined && order.claim !== undefined;
    return answer(nothing, toNote ? noted(placed, contact, setting) : undefined);
  }
  if (standing !== 'proves') return answer(nothing);
  const record = emailIn(found, order.email);
  if (!isActive(found.member)) return kept(placed, record, contact, setting);
  const holder = holderOf(record, contact);
  if (holder !== undefined && found.asked.other !== holder) return need({ other: holder });
  const { emailKey, stamp } = setting;
  const taken = takenOver(found, record, order.email, contact, emailKey, stamp);
  const { after, postings, otherContact, address } = taken;
  return answer(
    { result: 'proven', moving: after.moving === undefined ? undefined : order.email },
    {
      ...noted(placed, contact, setting),
      postings,
      emails: [{ before: record, after }],
      contact: proverAfter(contact, found.contact, order.email, address),
      ...(otherContact === undefined ? {} : { otherContact }),
    },
  );
};
