/** What a reminder says: the four blocks in the member's language, and the fields that carry them into ManyChat. */
import { createHash } from 'node:crypto';
import { cardOf, outlookOf, type View } from '../../chat/card.ts';
import type { Instant, RewardId } from '../../domain/ids.ts';
import { balanceOf, spendable } from '../../domain/lots.ts';
import type { Member } from '../../domain/member.ts';
import type { Mirror } from '../../domain/message.ts';
import type { Program } from '../../domain/program.ts';
import type { FieldValue } from '../../ports/manychat.ts';
import { clean, clip } from '../../texts/clip.ts';
import type { Speaker } from '../../texts/speaker.ts';

/** As long as the message of any reply. */
const maxMessage = 640;
/** Leaves room for the other blocks. */
const maxNames = 240;

/** Points now, rewards to take, what is missing for the next, rewards taken so far: each with a sentence of its own when empty. */
export const reminderText = (view: View, books: Member): string => {
  const { speaker, program } = view;
  const points = spendable(books);
  const debt = points - balanceOf(books);
  const { ready, readyNames, next } = outlookOf(view);
  const lines = {
    points_line:
      debt > 0
        ? speaker.say('reminder.debt', { debt: speaker.points(debt) })
        : speaker.say('reminder.points', { points: speaker.points(points), points_count: points }),
    ready_line: speaker.say('reminder.ready', {
      ready_count: ready.length,
      ready_names: clip(readyNames, maxNames),
    }),
    next_line:
      next === undefined
        ? speaker.say('reminder.top')
        : speaker.say('reminder.next', { to_next: speaker.points(next.short), next_reward: next.name }),
    won_line: speaker.say('reminder.won', { won_count: books.won }),
  };
  return clip(speaker.say('reminder.message', { program: program.name, ...lines }), maxMessage);
};

/** What is seen of one member by whoever writes to them. */
export const viewFor = (
  program: Program,
  speaker: Speaker,
  books: Member,
  soldOut: ReadonlySet<RewardId>,
  now: Instant,
): View => ({ program, speaker, now, soldOut, books });

/** The keys of the member card that ManyChat's fields repeat. */
const mirrored = [
  'points',
  'rewards_ready_names',
  'next_reward',
  'points_to_next',
  'rewards_won',
  'tier',
  'points_expiring',
  'points_expire_on',
] as const;

const prefix = 'loyalty_';
export const sendIdField = `${prefix}send_id`;
const messageField = `${prefix}message`;

export type Fields = Readonly<Record<string, FieldValue>>;

/** Everything that a contact's fields hold of the books, but the send id. */
export const fieldsOf = (view: View, books: Member): Fields => {
  const card = cardOf(view, 0);
  const entries = mirrored.map((key) => [prefix + key, card[key]] as const);
  return clean(Object.fromEntries([...entries, [messageField, reminderText(view, books)]])) as Fields;
};

/** Every field that we write, with ManyChat's type for it: what `setup` creates. */
export const fieldTypes: Readonly<Record<string, 'text' | 'number'>> = {
  loyalty_points: 'number',
  loyalty_rewards_ready_names: 'text',
  loyalty_next_reward: 'text',
  loyalty_points_to_next: 'number',
  loyalty_rewards_won: 'number',
  loyalty_tier: 'text',
  loyalty_points_expiring: 'number',
  loyalty_points_expire_on: 'text',
  loyalty_message: 'text',
  loyalty_send_id: 'text',
};

const hashOf = (value: FieldValue): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 8);

/** Short names: the mirror lies with every contact. */
const shortName = (field: string): string => field.slice(prefix.length);

/** The fields whose values are others than those that we wrote last. */
export const changedFields = (fields: Fields, mirror: Mirror | undefined): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => mirror?.[shortName(name)] !== hashOf(value)),
  );

/** What is remembered of fields that were written. The send id is remembered as it is: the next message may go out under it. */
export const mirrorAfter = (mirror: Mirror | undefined, written: Fields): Mirror => ({
  ...mirror,
  ...Object.fromEntries(
    Object.entries(written).map(([name, value]) => [
      shortName(name),
      name === sendIdField ? String(value) : hashOf(value),
    ]),
  ),
});

/** The send id that stands in the contact's field. */
export const writtenSendId = (mirror: Mirror | undefined): string | undefined =>
  mirror?.[shortName(sendIdField)];
