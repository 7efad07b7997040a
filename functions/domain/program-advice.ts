/** What is allowed in a program and seldom meant. */
import type { Problem } from './problems.ts';
import type { Program } from './program.ts';
import { isQuiet } from './reminder-terms.ts';
import { isLoopback } from './store.ts';

/** More days than this between two messages, and people have forgotten the shop. */
const longInterval = 60;

/** What is allowed and seldom meant: said where a program is checked, and never in the way. */
export const programAdvice = ({ reminders, cap, stores }: Program): Problem[] => [
  ...stores.flatMap((store, index) =>
    store.kind !== 'pushed' && isLoopback(new URL(store.url))
      ? [
          {
            path: `stores[${index}].url`,
            message: 'is of this machine: the laptop edition may call it, a deployed one will not',
          },
        ]
      : [],
  ),
  ...(reminders !== undefined && reminders.everyDays > longInterval
    ? [
        {
          path: 'reminders.every_days',
          message: `${reminders.everyDays} days are long: shops hear of themselves at least every ${longInterval} days`,
        },
      ]
    : []),
  ...(reminders?.quiet !== undefined &&
  reminders.spreadMinutes > 0 &&
  isQuiet(reminders.hour * 60 + reminders.spreadMinutes - 1, reminders.quiet)
    ? [
        {
          path: 'reminders.spread_minutes',
          message:
            'the spread reaches into the quiet hours: whom they cut off is written to a day later, each time',
        },
      ]
    : []),
  ...(cap !== undefined && reminders !== undefined && cap.perDays / cap.max > reminders.everyDays
    ? [
        {
          path: 'messages',
          message: `${cap.max} in ${cap.perDays} days are fewer than the reminders: some are skipped as capped`,
        },
      ]
    : []),
];
