/** How a period of a reminder can end. */
import type { Refusal } from '../../functions/domain/message.ts';
import { type SkipReason, skipReasons } from '../../functions/domain/reminder.ts';
import { code, tableOf } from './table.ts';

interface Ending {
  readonly when: string;
  readonly advice: string;
}

const skips: Record<SkipReason, Ending> = {
  opted_out: {
    when: 'They stopped messages by `reminders.channel`, or all.',
    advice: 'Nothing. START brings them back, from the next period on.',
  },
  no_optin: {
    when: 'ManyChat’s contact data say that they did not opt in to e-mail, or to text messages. Not known counts as allowed.',
    advice: 'Ask for the opt-in in a flow.',
  },
  no_email: {
    when: '`reminders.channel` is `email`, and we know no e-mail of theirs.',
    advice: 'Rare, since joining asks for one. Give them one: `POST /v1/admin/members/{id}/email`.',
  },
  window_closed: {
    when: '`reminders.channel` is `messenger` or `instagram`, and they did not write there within the last 24 hours.',
    advice:
      'Use e-mail, text messages, WhatsApp or Telegram: 28 days later this window is nearly always closed.',
  },
  capped: {
    when: '`messages` allows no further one just now.',
    advice: 'Raise `messages.max`, or send less else.',
  },
};

const refusals: Record<Refusal, Ending> = {
  window_closed: {
    when: 'ManyChat says that the channel’s time is over, or that the contact cannot be written to there (3011 to 3049).',
    advice: 'As with `skipped_window_closed`.',
  },
  blocked: { when: 'The contact blocked you.', advice: 'Nothing.' },
  contact_unknown: {
    when: 'ManyChat does not know the contact any more.',
    advice: 'Nothing; they were deleted in ManyChat.',
  },
  refused: {
    when: 'Another refusal; flow, fields and token are in order. The log line `message refused` has ManyChat’s words.',
    advice: 'Read them.',
  },
};

const states = {
  confirmed: {
    when: 'The flow reported that it reached its message step.',
    advice: 'Nothing.',
  },
  accepted: {
    when: 'ManyChat took the message. Nobody reported yet.',
    advice: 'If it stays so for everybody, the flow lacks its External Request to `/v1/delivered`.',
  },
  unconfirmed: {
    when: 'The answer to the call was lost, or we crashed. It may have gone out, so it is not sent again.',
    advice: 'Nothing: the next one comes a period later. Many at once mean that ManyChat was in trouble.',
  },
} satisfies Record<string, Ending>;

/** Every outcome that is counted, as a table. */
export const outcomeTable = (): string => {
  const rows = [
    ...Object.entries(states),
    ...skipReasons.map((reason) => [`skipped_${reason}`, skips[reason]] as const),
    ...Object.entries(refusals).map(([reason, ending]) => [`closed_${reason}`, ending] as const),
  ];
  return tableOf(
    ['counted as', 'when', 'what to do'],
    rows.map(([name, { when, advice }]) => [code(name), when, advice]),
  );
};
