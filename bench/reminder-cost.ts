/** What a million reminders cost, without ManyChat's own fees: measured units and bytes, at list prices. */
import { jobs, rooms } from '../functions/routes.ts';
import { contactBytes, millionReminders } from './budgets.ts';
import { grouped, type Measurement, type Outcome, table as textTable } from './measurement.ts';
import { byRule, prices } from './prices.ts';
import { type MeasuredReminders, measureReminders, type Units } from './reminder-units.ts';

const million = 1_000_000;
const tickEverySeconds = 60;

export interface Part {
  readonly name: string;
  readonly dollars: number;
}

/** What is asked of the stack for each reminder, tick and run, however it was found out. */
export interface Asked {
  readonly reminder: Units;
  /** Reminders a second. */
  readonly pace: number;
  /** Of one tick, or of one run of the sender beside its reminders. */
  readonly around: Units;
  readonly tickLogBytes: number;
  readonly runLogBytes: number;
}

const units = ({ reads, writes }: Units): number => reads * prices.readUnit + writes * prices.writeUnit;
const gb = (mb: number): number => mb / 1024;

/** One account after the other: a second account in the same minute would cost its own ticks nothing. */
export const costOfMillion = ({ reminder, pace, around, tickLogBytes, runLogBytes }: Asked): Part[] => {
  const seconds = million / pace;
  const ticks = seconds / tickEverySeconds;
  // Every tick nudges; a nudge that comes when nothing is left to do is a run all the same.
  const runs = ticks;
  const perSecond = prices.lambdaSecondOfGb;
  return [
    { name: 'DynamoDB, writes', dollars: million * reminder.writes * prices.writeUnit },
    { name: 'DynamoDB, reads', dollars: million * reminder.reads * prices.readUnit },
    { name: 'DynamoDB, ticks and runs', dollars: (ticks + runs) * units(around) },
    { name: 'Lambda, sender', dollars: seconds * gb(jobs.send.memoryMb) * perSecond },
    {
      name: 'Lambda, ticks and requests',
      dollars:
        ticks * byRule.tickSeconds * gb(jobs.sweep.memoryMb) * perSecond +
        (ticks + runs) * prices.lambdaRequest,
    },
    {
      name: 'SQS',
      dollars: (3 * runs + (byRule.pollers * seconds) / byRule.pollSeconds) * prices.sqsRequest,
    },
    { name: 'token (KMS)', dollars: runs * prices.kmsRequest },
    {
      name: 'logs',
      dollars:
        (ticks * (tickLogBytes + byRule.lambdaLogBytes) + runs * (runLogBytes + byRule.lambdaLogBytes)) *
        prices.logByte,
    },
  ];
};

export const total = (parts: readonly Part[]): number => parts.reduce((sum, { dollars }) => sum + dollars, 0);

/** A million confirmations: flows may report their message step by a request to us, and need not. */
export const costOfConfirming = (confirmation: Units, logBytes: number): number =>
  million *
  (units(confirmation) +
    prices.httpApiRequest +
    prices.lambdaRequest +
    byRule.confirmationSeconds * gb(rooms.chat.memoryMb) * prices.lambdaSecondOfGb +
    (logBytes + byRule.lambdaLogBytes) * prices.logByte);

const usd = (dollars: number): string => `$${dollars.toFixed(3)}`;

const report = (measured: MeasuredReminders): Outcome => {
  const { changed, same, confirmation, contact, tick, logs, paces } = measured;
  const shared = { around: tick, tickLogBytes: logs.tick, runLogBytes: logs.run };
  const worst = costOfMillion({ reminder: changed, pace: paces.write, ...shared });
  const best = costOfMillion({ reminder: same, pace: paces.sendFlow, ...shared });
  const rows = worst.map(({ name, dollars }, index) => [name, usd(dollars), usd(best[index]?.dollars ?? 0)]);
  const cost = total(worst);
  return {
    lines: [
      ...textTable(
        ['one reminder', 'RRU', 'WRU', 'sent'],
        [
          ['fields changed', changed.reads.toFixed(2), changed.writes.toFixed(2), changed.sent],
          ['fields as they were', same.reads.toFixed(2), same.writes.toFixed(2), same.sent],
          [
            'confirmed by the flow',
            confirmation.reads.toFixed(2),
            confirmation.writes.toFixed(2),
            confirmation.sent,
          ],
        ],
      ),
      `a contact after 12 reminders: ${grouped(contact)} bytes, at most ${grouped(contactBytes)}`,
      '',
      ...textTable(
        ['a million reminders', `all fields changed, ${paces.write}/s`, `none changed, ${paces.sendFlow}/s`],
        [...rows, ['together', usd(cost), usd(total(best))]],
      ),
      `confirming all of them by /v1/delivered: ${usd(costOfConfirming(confirmation, logs.request))} more`,
    ],
    broken: [
      ...(cost > millionReminders
        ? [`a million reminders cost ${usd(cost)}, at most $${millionReminders.toFixed(2)}`]
        : []),
      ...(contact > contactBytes
        ? [`a contact has ${grouped(contact)} bytes after 12 reminders, at most ${grouped(contactBytes)}`]
        : []),
    ].map((sentence) => `reminder-cost: ${sentence}`),
  };
};

export const reminderCost: Measurement = {
  name: 'reminder-cost',
  about: 'units of a reminder, and the cost of a million of them without ManyChat’s fees',
  run: async ({ say }): Promise<Outcome> => {
    say('twelve reminders of 30 members, then one more');
    return report(await measureReminders());
  },
};
