/** Whether the year kept its promises, from the double's record, what people did and the ledger's lines: without the model. */
import { dayMs, daysBetween, quietUntil, zoneFor } from './clockwork.ts';
import type { Answered, Customer, Event } from './events.ts';
import type { CallRecord, Started } from './record.ts';
import { flowOf, pace } from './terms.ts';

/** A line of a member's ledger. */
export interface Line {
  readonly at: number;
  readonly balance: number;
}

export interface Evidence {
  readonly customers: readonly Customer[];
  readonly events: readonly Event[];
  readonly answers: readonly Answered[];
  readonly record: CallRecord;
  readonly lines: ReadonlyMap<string, readonly Line[]>;
}

/** What one contact did, and what they got. */
interface Life {
  readonly customer: Customer;
  readonly deeds: readonly { readonly event: Event; readonly answered: Answered | undefined }[];
  readonly started: readonly Started[];
  readonly lines: readonly Line[];
}

/** How a contact stands at an instant, by what they did until then. */
const standingAt = ({ deeds, customer }: Life, at: number) => {
  const standing = {
    member: false,
    stopped: false,
    optinEmail: true,
    optinPhone: true,
    offset: '',
    wroteAt: 0,
  };
  for (const { event, answered } of deeds) {
    const { deed } = event;
    if (event.at > at) break;
    if (deed.kind === 'join') standing.member = true;
    if (deed.kind === 'leave') standing.member = false;
    if (deed.kind === 'say' && (deed.medium === 'all' || deed.medium === customer.program.channel))
      standing.stopped = deed.wish === 'stop';
    if (deed.kind === 'profile' && answered?.result === 'ok') {
      standing.optinEmail = deed.optinEmail ?? standing.optinEmail;
      standing.optinPhone = deed.optinPhone ?? standing.optinPhone;
      standing.offset = deed.offset ?? standing.offset;
    }
    if (deed.kind !== 'push' && (deed.kind !== 'chat' || deed.channel === 'messenger'))
      standing.wroteAt = event.at;
  }
  return standing;
};

/** A message is as old as its turns are long: its fields are read, written and told within two of them, and a moment. */
const inTurnMs = 1000 / pace.write + 1000 / pace.send_flow + 50;

/** Points that the ledger said at the instant, or while the message waited for its turns. */
const toldRightly = ({ lines }: Life, { at, points }: Started): boolean => {
  const before = lines.filter((line) => line.at <= at);
  const within = before.filter((line) => line.at > at - inTurnMs);
  const last = before[before.length - within.length - 1];
  return [last, ...within].some((line) => line !== undefined && Math.max(0, line.balance) === points);
};

const fieldNames = [
  'points',
  'rewards_ready_names',
  'next_reward',
  'points_to_next',
  'rewards_won',
  'message',
  'send_id',
];

const complete = ({ fields }: Started): boolean =>
  fieldNames.every((name) => fields[`loyalty_${name}`] !== undefined && fields[`loyalty_${name}`] !== '');

const problemsOf = (life: Life, started: Started, earlier: readonly Started[]): string[] => {
  const { program } = life.customer;
  const { at } = started;
  const { member, stopped, optinEmail, optinPhone, offset, wroteAt } = standingAt(life, at);
  const zone = zoneFor(program, offset === '' ? undefined : offset);
  const before = earlier.at(-1);
  const { cap } = program;
  const lately = cap === undefined ? 0 : earlier.filter((one) => at - one.at < cap.perDays * dayMs).length;
  const found: readonly (readonly [boolean, string])[] = [
    [started.flow !== flowOf(program), 'is another program’s flow'],
    [!member, 'went to nobody’s member'],
    [stopped, 'went out after a STOP'],
    [program.channel === 'email' && !optinEmail, 'went out without an opt-in for e-mail'],
    [program.channel === 'sms' && !optinPhone, 'went out without an opt-in for SMS'],
    [quietUntil(at, program, zone) !== undefined, 'went out in the quiet hours'],
    [program.channel === 'messenger' && at - wroteAt >= dayMs, 'went out a day after the last word'],
    [cap !== undefined && lately >= cap.max, 'went beyond the cap'],
    [
      before !== undefined && daysBetween(before.at, at, zone) < program.everyDays,
      'is the second within a period',
    ],
    [!toldRightly(life, started), `told ${started.points} points, which the ledger never said`],
    [!complete(started), 'had no complete fields'],
  ];
  const name = `${life.customer.program.id} ${life.customer.contact} ${new Date(at).toISOString()}`;
  return found.flatMap(([wrong, what]) => (wrong ? [`${name}: the message ${what}`] : []));
};

/** More calls within any second than ManyChat takes. */
const tooFast = (name: string, instants: readonly number[], limit: number): string[] =>
  instants.flatMap((at, index) => {
    const first = instants[index - limit];
    return first !== undefined && at - first < 1000 - 1
      ? [`${new Date(at).toISOString()}: more than ${limit} calls of ${name} in a second`]
      : [];
  });

/** Everything that went out against a rule; each a sentence. */
export const violations = ({ customers, events, answers, record, lines }: Evidence): string[] => {
  const deeds = Map.groupBy(
    events.map((event, index) => ({ event, answered: answers[index] })),
    ({ event }) => event.customer.contact,
  );
  const started = Map.groupBy(record.started, ({ contact }) => contact);
  const byMember = customers.flatMap((customer) => {
    const { contact } = customer;
    const life: Life = {
      customer,
      deeds: deeds.get(contact) ?? [],
      started: started.get(contact) ?? [],
      lines: lines.get(contact) ?? [],
    };
    return life.started.flatMap((one, index) => problemsOf(life, one, life.started.slice(0, index)));
  });
  const starts = record.started.map(({ at }) => at);
  return [
    ...record.strange,
    ...byMember,
    ...tooFast('sendFlow', starts, 18),
    ...tooFast('setCustomFields', record.written, 9),
  ];
};
