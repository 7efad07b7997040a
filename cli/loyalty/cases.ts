/** What a program's reminder can come to say: one member like many, and those about whom there is most to say. */
import { type ContactId, contactId, type Instant, type RewardId } from '../../functions/domain/ids.ts';
import type { Language } from '../../functions/domain/language.ts';
import { languages } from '../../functions/domain/language.ts';
import { type Member, newMember } from '../../functions/domain/member.ts';
import type { Program, Reward } from '../../functions/domain/program.ts';
import { reminderText, viewFor } from '../../functions/jobs/send/content.ts';
import { type Speaker, speakerFor } from '../../functions/texts/speaker.ts';
import { isLonger, type Length, lengthOf, lengthText } from './length.ts';

/** Books that hold so many points, negative ones as a debt, after so many rewards. */
export const exampleBooks = (contact: ContactId, points: number, won: number, now: Instant): Member => ({
  ...newMember(contact, now),
  status: 'active',
  membership: 1,
  lots: points > 0 ? { never: points } : {},
  debt: points < 0 ? -points : 0,
  lifetime: Math.max(0, points),
  won,
});

/** As many points, and rewards taken, as anybody is thought to have. */
const mostPoints = 999_999;
const manyWon: readonly number[] = [0, 1, 2, 999];
/** A card lists no more names than this. */
const namesListed = 5;

const somebody = contactId.parse('example');

const byPrice = ({ rewards }: Program): Reward[] => [...rewards].sort((a, b) => a.points - b.points);

/** Between the first reward and the second: one can be taken, the next is in sight. */
export const typicalPoints = (program: Program): number => {
  const [first, second] = byPrice(program).filter(({ enabled }) => enabled);
  if (first === undefined) return 100;
  return second === undefined ? first.points : Math.floor((first.points + second.points) / 2);
};
export const typicalWon = 1;

interface Case {
  readonly points: number;
  readonly soldOut: ReadonlySet<RewardId>;
}

/** Rewards that can be out of reach for all one's points. */
const canBeGone = ({ stock, benefit, limitPerMember }: Reward): boolean =>
  stock !== undefined || benefit.kind === 'pool' || limitPerMember !== undefined;

/** Those that must be gone for the longest names to be listed. */
const hidden = (rewards: readonly Reward[], listed: number, speaker: Speaker): RewardId[] => {
  const size = ({ name }: Reward) => speaker.name(name).length;
  const longest = [...rewards].sort((a, b) => size(b) - size(a)).slice(0, listed);
  return rewards.filter((reward) => !longest.includes(reward) && canBeGone(reward)).map(({ id }) => id);
};

/** A case for every price, with enough points and with one too few, and once more with shelves that leave the longest names. */
const casesOf = (program: Program, speaker: Speaker): Case[] => {
  const rewards = byPrice(program);
  const none: ReadonlySet<RewardId> = new Set();
  const steps = [0, -mostPoints, mostPoints, ...rewards.flatMap(({ points }) => [points, points - 1])];
  return steps.flatMap((points) => {
    const ready = rewards.filter((reward) => reward.points <= points);
    const others = rewards.filter((reward) => reward.points > points);
    const gone = [...hidden(ready, namesListed, speaker), ...hidden(others, 1, speaker)];
    return gone.length === 0
      ? [{ points, soldOut: none }]
      : [
          { points, soldOut: none },
          { points, soldOut: new Set(gone) },
        ];
  });
};

/** Rewards of a season count too: their turn comes. */
const atAnyTime = (program: Program): Program => ({
  ...program,
  rewards: program.rewards.map((reward) => ({ ...reward, from: undefined, to: undefined })),
});

interface Lengths {
  readonly typical: Length;
  readonly longest: Length;
}

/** How long the reminder of a program is in a language. */
export const reminderLengths = (given: Program, language: Language, now: Instant): Lengths => {
  const program = atAnyTime(given);
  const speaker = speakerFor(program, language);
  const channel = program.reminders?.channel ?? 'email';
  const length = ({ points, soldOut }: Case, won: number): Length => {
    const books = exampleBooks(somebody, points, won, now);
    return lengthOf(reminderText(viewFor(program, speaker, books, soldOut, now), books), channel);
  };
  const usual: Case = { points: typicalPoints(program), soldOut: new Set() };
  // Its sentence stands by itself, so it is looked for by itself.
  const won = manyWon.reduce((a, b) => (isLonger(length(usual, b), length(usual, a)) ? b : a), 0);
  const lengths = casesOf(program, speaker).map((one) => length(one, won));
  const typical = length(usual, typicalWon);
  return { typical, longest: lengths.reduce((a, b) => (isLonger(b, a) ? b : a), typical) };
};

const names: Readonly<Record<Language, string>> = { en: 'English', ko: 'Korean', tr: 'Turkish' };

/** A line for each language; none where reminders are no short messages. */
export const lengthLines = (program: Program, now: Instant): string[] =>
  program.reminders?.channel === 'sms'
    ? languages.map((language) => {
        const { typical, longest } = reminderLengths(program, language, now);
        return `reminder in ${names[language]}: ${lengthText(typical)}; longest case ${lengthText(longest)}`;
      })
    : [];
