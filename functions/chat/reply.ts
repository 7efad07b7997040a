/** From an outcome to what the flow gets: member card, message and the route's own keys, or a block. */

import type { RewardId } from '../domain/ids.ts';
import type { Language } from '../domain/language.ts';
import type { Program } from '../domain/program.ts';
import type { Call } from '../platform/room.ts';
import { clean, clip, harmless } from '../texts/clip.ts';
import { catalogues, type Speaker, speakerFor } from '../texts/speaker.ts';
import { type Block, blockOf } from './block.ts';
import type { Caller, Said } from './caller.ts';
import { cardOf, emptyCard, type View } from './card.ts';
import type { Outcome } from './verb.ts';

const maxMessage = 640;

/** Language of the reply: the request's, else the stored one, else the contact's, else the program's; one we do not speak is the program's. */
export const replyLanguage = (caller: Caller, stored: Language | undefined, own: Language): Language => {
  const first: Said = caller.language ?? stored ?? caller.contactLanguage ?? own;
  return first === 'unknown' ? own : first;
};

export const viewOf = <E>(
  call: Call,
  speaker: Speaker,
  outcome: Outcome<E>,
  soldOut: ReadonlySet<RewardId>,
): View => ({
  program: call.setting.program,
  speaker,
  now: call.setting.stamp.now,
  soldOut,
  books: outcome.books,
});

export const speakerOf = <E>(call: Call, caller: Caller, { person }: Outcome<E>): Speaker => {
  const { program } = call.setting;
  return speakerFor(program, replyLanguage(caller, person?.language, program.language));
};

/** Flat JSON for an External Request: the same keys in every outcome. */
export const flatReply = <E extends object>(outcome: Outcome<E>, view: View, absent: E): unknown =>
  clean({
    ok: outcome.ok,
    result: outcome.result,
    message: clip(harmless(outcome.message(view)), maxMessage),
    replayed: outcome.replayed,
    ...(outcome.result === 'not_member' ? emptyCard() : cardOf(view, outcome.change)),
    ...absent,
    ...outcome.extras?.(view),
  });

export const blockReply = <E>(call: Call, caller: Caller, outcome: Outcome<E>, view: View): Block =>
  blockOf(
    {
      view,
      channel: caller.channel,
      publicUrl: call.publicUrl,
      callbackKey: call.open.secrets.callbackKey,
      contact: caller.contact,
    },
    outcome.message(view),
    outcome.shows?.(view) ?? { kind: 'nothing' },
  );

const sorry = (caller: Caller | undefined, program: Program | undefined): string => {
  const own = program?.language ?? 'en';
  const language = caller === undefined ? own : replyLanguage(caller, undefined, own);
  return program === undefined
    ? catalogues[language].try_again
    : speakerFor(program, language).say('try_again');
};

/** What is said when something failed on our side, with the full key set; in the customer's language as far as that is known. */
export const tryAgain = (absent: object, caller: Caller | undefined, program: Program | undefined) => ({
  ok: false,
  result: 'try_again',
  message: clip(harmless(sorry(caller, program)), maxMessage),
  replayed: false,
  ...emptyCard(),
  ...absent,
});
