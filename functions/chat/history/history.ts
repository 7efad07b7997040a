/** Shows the last five ledger lines as sentences. */
import type * as z from 'zod/mini';
import { dayOf } from '../../domain/calendar.ts';
import type { Entry } from '../../domain/entry.ts';
import { clip } from '../../texts/clip.ts';
import { entryText } from '../../texts/entry-text.ts';
import { none, type View } from '../card.ts';
import { looking } from '../member-view.ts';
import { type extras, inputs } from './contract.ts';

type Extras = z.infer<z.ZodMiniObject<typeof extras>>;

const lines = 5;
const maxLine = 110;

const historyOf = (entries: readonly Entry[], { speaker, program }: View): Extras['history'] =>
  entries.map((entry) => ({
    date: dayOf(entry.at, program.zone),
    text: clip(entryText(entry, program, speaker), maxLine),
    points: entry.points,
  }));

const said = (entries: readonly Entry[], view: View): string =>
  historyOf(entries, view)
    .map(({ date, text }) => view.speaker.say('entry.line', { day: view.speaker.day(date), text }))
    .join('\n') || view.speaker.say('history.empty');

const absent: Extras = { history: [], history_text: none };

export const history = looking(inputs, absent, async (_, { ledger }, { scope, caller }) => {
  const entries = await ledger.entries(scope, caller.contact, { limit: lines });
  return {
    message: (view) => `${view.speaker.say('history.ok')}\n${said(entries, view)}`,
    extras: (view) => ({ history: historyOf(entries, view), history_text: said(entries, view) }),
  };
});
