/** What arrived at the double in a run of the senders, and whether it keeps what is promised of them. */
import type { Double } from '../local/manychat/double.ts';
import { manychatLimits, rateShare } from './budgets.ts';
import { mostWithin, pauses, perSecond, perSecondWithin, within } from './instants.ts';
import type { Crew } from './reminder-workers.ts';

/** A sender of a deployed stack works for so long, until another one may take over. */
export const deployedShiftMs = 80_000;
const secondMs = 1_000;

export interface Variant {
  readonly name: string;
  /** The call whose rate rules. */
  readonly call: 'sendFlow' | 'setCustomFields';
  readonly members: number;
  /** Shorter than deployed, so that a short run has several hand-overs. */
  readonly shiftMs: number;
  /** How long ManyChat takes for each answer. */
  readonly answerMs: number;
  /** Whether one program has nearly all of the work. */
  readonly uneven?: boolean;
}

/** What a variant came to. */
export interface Rated {
  readonly variant: Variant;
  readonly configured: number;
  /** The most calls in any sliding second. */
  readonly most: { readonly sendFlow: number; readonly setCustomFields: number };
  /** Calls that the double refused. */
  readonly refused: number;
  readonly share: number;
  /** The share within the shifts, without what lies between them. */
  readonly steady: number;
  /** How long an account stood still at each hand-over, in milliseconds. */
  readonly pauses: readonly number[];
  readonly shifts: number;
  readonly handedOver: number;
  readonly doubles: number;
  readonly missing: number;
  /** How long this process stood still at most, in milliseconds: other work of the machine, none of the senders'. */
  readonly stalledMs: number;
}

export const judged = (
  variant: Variant,
  double: Double,
  token: string,
  { shifts }: Crew,
): Omit<Rated, 'stalledMs'> => {
  const configured = variant.call === 'sendFlow' ? 18 : 9;
  const calls = double.arrivals(token, variant.call);
  const groups = within(calls, shifts);
  const flows = Map.groupBy(double.account(token).sent, ({ contact }) => contact);
  const working = shifts.filter(({ sent }) => sent > 0);
  return {
    variant,
    configured,
    most: {
      sendFlow: mostWithin(double.arrivals(token, 'sendFlow'), secondMs),
      setCustomFields: mostWithin(double.arrivals(token, 'setCustomFields'), secondMs),
    },
    refused: double.outbox.filter(({ status }) => status !== 200).length,
    share: perSecond(calls) / configured,
    steady: perSecondWithin(groups) / configured,
    pauses: pauses(groups, secondMs / configured),
    shifts: working.length,
    handedOver: working.filter(({ worker }, index) => working[index - 1]?.worker === 3 - worker).length,
    doubles: [...flows.values()].filter(({ length }) => length > 1).length,
    missing: variant.members - flows.size,
  };
};

/** The share at shifts as long as the deployed ones, where a pause comes as much less often. */
export const deployedShare = ({ steady, pauses: stops }: Pick<Rated, 'steady' | 'pauses'>): number => {
  const longest = Math.max(0, ...stops);
  return (steady * deployedShiftMs) / (deployedShiftMs + longest);
};

export const titleOf = ({ name, answerMs, uneven = false }: Variant): string =>
  [
    name,
    ...(answerMs === 0 ? [] : [`answers after ${answerMs} ms`]),
    ...(uneven ? ['nearly all of one program'] : []),
  ].join(', ');

export const rateFaults = (rated: Rated): string[] => {
  const title = titleOf(rated.variant);
  const share = deployedShare(rated);
  const found: string[] = [];
  for (const call of ['sendFlow', 'setCustomFields'] as const)
    if (rated.most[call] > manychatLimits[call])
      found.push(`${title}: ${rated.most[call]} ${call} calls in a second, at most ${manychatLimits[call]}`);
  if (rated.refused > 0) found.push(`${title}: ${rated.refused} calls were refused`);
  if (share < rateShare)
    found.push(
      `${title}: ${(100 * share).toFixed(1)} % of the configured rate, at least ${100 * rateShare} %`,
    );
  if (rated.doubles > 0) found.push(`${title}: ${rated.doubles} members were written to twice`);
  if (rated.missing > 0) found.push(`${title}: ${rated.missing} members were not written to`);
  if (rated.handedOver === 0) found.push(`${title}: no sender took over from the other`);
  return found;
};

export const ratedColumns = [
  '',
  'members',
  'shifts (handed over)',
  'most a second: flows / fields',
  'of the rate in this run',
  'within shifts',
  'pauses ms',
  'with shifts as deployed',
  'longest stall ms',
];

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const rowOf = (rated: Rated): string[] => [
  titleOf(rated.variant),
  String(rated.variant.members),
  `${rated.shifts} (${rated.handedOver})`,
  `${rated.most.sendFlow} / ${rated.most.setCustomFields}`,
  percent(rated.share),
  percent(rated.steady),
  rated.pauses.map((ms) => ms.toFixed(0)).join(' '),
  percent(deployedShare(rated)),
  rated.stalledMs.toFixed(0),
];
