/**
 * How close the senders come to the configured rate without ever passing ManyChat's: two of them and three programs on one
 * account, over the real queue, against the double with its limits on. Counted is what arrives at the double.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqsNudges } from '../functions/adapters/aws/nudges.ts';
import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import { later } from '../functions/domain/ids.ts';
import { fieldTypes } from '../functions/jobs/send/content.ts';
import { sweeper } from '../functions/jobs/sweep/handler.ts';
import { systemClock } from '../functions/wiring.ts';
import { type Double, startDouble } from '../local/manychat/double.ts';
import { type LocalQueue, startQueue } from '../local/queue.ts';
import { writeItems } from './histories.ts';
import { type House, openHouse, type Shop, strict } from './house.ts';
import { type Measurement, type Outcome, table as textTable } from './measurement.ts';
import {
  deployedShiftMs,
  judged,
  type Rated,
  ratedColumns,
  rateFaults,
  rowOf,
  titleOf,
  type Variant,
} from './rated.ts';
import { dueMember, numbered } from './reminder-members.ts';
import { startCrew } from './reminder-workers.ts';

const workers = 2;
const programs = 3;
/** ManyChat answers within a fraction of a second. */
const slowMs = 200;
/** A stall of this length is as much as the turns leave room for. */
const stalledMs = 50;
const attempts = 3;
/** Every program has at least so many members to write to. */
const fewest = 4;

const variants = (quick: boolean): Variant[] => {
  const of = (seconds: number, perSec: number) => programs * Math.ceil((seconds * perSec) / programs);
  const [long, short] = quick ? [11, 8] : [21, 15];
  const same = { members: of(long, 18), shiftMs: quick ? 4_000 : 7_500 };
  const changed = { members: of(short, 9), shiftMs: quick ? 3_000 : 5_500 };
  const asBefore = { name: 'fields as they were', call: 'sendFlow', ...same } as const;
  const withNews = { name: 'fields changed', call: 'setCustomFields', ...changed } as const;
  return [
    ...[0, slowMs].flatMap((answerMs) => [
      { ...asBefore, answerMs },
      { ...withNews, answerMs },
    ]),
    { ...asBefore, answerMs: slowMs, uneven: true },
  ];
};

const openShops = async (house: House, account: string): Promise<Shop[]> => {
  const shops: Shop[] = [];
  for (let n = 1; n <= programs; n += 1)
    shops.push(await house.open(`${account}-${n}`, { manychat: { account } }));
  return shops;
};

/** Members of the programs in turn, so that all have work to the end, unless it is uneven. */
const writeMembers = async ({ table }: House, shops: readonly Shop[], variant: Variant) => {
  const { members, call, uneven = false } = variant;
  const now = systemClock.now();
  const items = Array.from({ length: members }, (_, n) => {
    const group = uneven && n >= fewest * shops.length ? 0 : n % shops.length;
    const shop = shops[group];
    if (shop === undefined) throw new Error('there is no program');
    return dueMember(table, shop.open, {
      contact: numbered(group, n),
      dueAt: later(now, n - members - 60_000),
      joinedAt: later(now, -29 * 86_400_000),
      mirrored: call === 'sendFlow',
    });
  });
  await writeItems(table, items.flat());
};

const openAccount = (double: Double, token: string, shops: readonly Shop[]) => {
  const account = double.account(token);
  for (const [name, type] of Object.entries(fieldTypes)) account.addField(name, type);
  for (const { open } of shops) {
    const ns = open.program.reminders?.flow;
    if (ns !== undefined) account.addFlow({ ns, name: 'Reminder' });
  }
  return account;
};

/** Puts nudges on the queue as the schedule does, until everybody was written to. */
const nudgeUntil = async (
  house: House,
  queue: LocalQueue,
  { shiftMs, members }: Variant,
  sent: () => number,
): Promise<void> => {
  const sweep = sweeper(() => ({
    agenda: dynamoAgenda(house.table),
    gate: house.ports.gate,
    nudges: sqsNudges(queue),
    clock: house.ports.clock,
    log: strict,
  }));
  // The schedule's minute, as much shorter as the shifts are.
  const minuteMs = (60_000 * shiftMs) / deployedShiftMs;
  const patienceMs = 60_000 + members * 400;
  const begun = performance.now();
  for (let minute = 0; sent() < members; minute += 1) {
    if (performance.now() - begun > patienceMs)
      throw new Error(`only ${sent()} of ${members} were written to`);
    await sweep({ time: `minute-${minute}` });
    const until = begun + (minute + 1) * minuteMs;
    while (sent() < members && performance.now() < until) await sleep(20);
  }
};

const rate = async (house: House, variant: Variant, account: string): Promise<Rated> => {
  const token = `${account}:token`;
  const shops = await openShops(house, account);
  await writeMembers(house, shops, variant);
  const queue = await startQueue();
  const double = await startDouble({ clock: systemClock, tokens: [token] });
  try {
    const sent = openAccount(double, token, shops).sent;
    if (variant.answerMs > 0)
      double.fail({ kind: 'delay', delayMs: variant.answerMs, times: 3 * variant.members });
    const crew = startCrew(house, {
      workers,
      queue,
      base: double.url,
      token,
      shiftMs: variant.shiftMs,
    });
    const stalls = monitorEventLoopDelay({ resolution: 5 });
    stalls.enable();
    try {
      await nudgeUntil(house, queue, variant, () => sent.length);
    } finally {
      stalls.disable();
      await crew.dismiss();
    }
    return { ...judged(variant, double, token, crew), stalledMs: stalls.max / 1e6 };
  } finally {
    await double.close();
    await queue.close();
  }
};

/**
 * Senders, queue and double share this process: where it stands still for long, calls that left in time arrive late and together.
 * Such a run says nothing of the senders, and is made again.
 */
const rateCalmly = async (
  house: House,
  variant: Variant,
  name: string,
  say: (line: string) => void,
): Promise<Rated> => {
  for (let attempt = 1; ; attempt += 1) {
    const rated = await rate(house, variant, `${name}-${attempt}`);
    if (rateFaults(rated).length === 0 || rated.stalledMs < stalledMs || attempt === attempts) return rated;
    say(`this machine stood still for ${rated.stalledMs.toFixed(0)} ms: once more`);
  }
};

export const reminderRate: Measurement = {
  name: 'reminder-rate',
  about:
    'two senders and three programs on one ManyChat account: share of the rate, and never above the limit',
  run: async ({ quick, say }): Promise<Outcome> => {
    const house = await openHouse();
    try {
      const all: Rated[] = [];
      for (const [index, variant] of variants(quick).entries()) {
        say(`${variant.members} members, ${titleOf(variant)}`);
        all.push(await rateCalmly(house, variant, `rate-${index + 1}`, say));
      }
      return {
        lines: [
          ...textTable(ratedColumns, all.map(rowOf)),
          `refused: ${all.reduce((sum, { refused }) => sum + refused, 0)}; written to twice: ${all.reduce((sum, { doubles }) => sum + doubles, 0)}; left out: ${all.reduce((sum, { missing }) => sum + missing, 0)}`,
        ],
        broken: all.flatMap(rateFaults).map((sentence) => `reminder-rate: ${sentence}`),
      };
    } finally {
      await house.stop();
    }
  },
};
