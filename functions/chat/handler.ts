/** The chat room: what ManyChat's flows call. */

import type { CallbackToken } from '../domain/callback-token.ts';
import { type Contact, type ContactChange, notedEveryMs } from '../domain/contact.ts';
import type { Instant, RewardId } from '../domain/ids.ts';
import { problemsOf } from '../domain/problems.ts';
import { badRequest, bodyBytes, parseBody } from '../platform/http.ts';
import {
  type Answer,
  type Call,
  type Failed,
  type RoomHandler,
  type RoomPorts,
  room,
} from '../platform/room.ts';
import { balance } from './balance/balance.ts';
import { textBlock } from './block.ts';
import { type Caller, heardOf, readCaller } from './caller.ts';
import { claimOrder } from './claim-order/claim-order.ts';
import { coupons } from './coupons/coupons.ts';
import { credit } from './credit/credit.ts';
import { delivered } from './delivered/delivered.ts';
import { enroll } from './enroll/enroll.ts';
import { history } from './history/history.ts';
import { leave } from './leave/leave.ts';
import { preferences } from './preferences/preferences.ts';
import { redeem } from './redeem/redeem.ts';
import { blockReply, flatReply, speakerOf, tryAgain, viewOf } from './reply.ts';
import { rewards } from './rewards/rewards.ts';
import type { Outcome, Verb } from './verb.ts';
import { verifyOrder } from './verify-order/verify-order.ts';

/** What a call tells of the person beside its errand: when and where they were heard of, and what ManyChat knows of them. */
const noted = (caller: Caller, now: Instant, person: Contact): ContactChange | undefined => {
  const { language } = caller;
  const { lastInboundOn, ...known } = heardOf(caller);
  const said = language === undefined || language === 'unknown' ? known : { ...known, language };
  const news = Object.entries(said).filter(([name, value]) => person[name as keyof typeof said] !== value);
  const due = person.lastInboundAt === undefined || Math.abs(now - person.lastInboundAt) >= notedEveryMs;
  if (news.length === 0 && !due) return undefined;
  return {
    contact: person.contact,
    set: { ...Object.fromEntries(news), lastInboundAt: now, lastInboundOn },
    guard: ['lastInboundAt'],
  };
};

/** Notes a person, at most once an hour unless there is news of them. Never worth failing a reply for. */
const note = async <E>(
  call: Call,
  caller: Caller,
  { person, books }: Outcome<E>,
  ports: RoomPorts,
): Promise<void> => {
  if (person === undefined || books === undefined) return;
  const { now } = call.setting.stamp;
  try {
    await ports.ledger.amend(call.scope, person, (known) => noted(caller, now, known));
  } catch (error) {
    ports.log.fault(call.scope.operation, `note of ${call.route.verb}`, error);
  }
};

/** The caller of a tapped button is the contact it was made for. */
const tapped = ({ contact, language, input }: CallbackToken): Caller =>
  readCaller({ contact_id: contact, language, channel: 'messenger', ...input });

const callerOf = ({ token, body }: Call): Caller => (token === undefined ? readCaller(body) : tapped(token));

const respond =
  <I, E extends object>(verb: Verb<I, E>) =>
  async (call: Call, ports: RoomPorts): Promise<Answer> => {
    const caller = callerOf(call);
    const inputs = verb.inputs.safeParse(caller.inputs);
    if (!inputs.success) throw badRequest(problemsOf(inputs.error.issues));
    const { setting, scope, token, shopSignal, open } = call;
    const linkKey = open.secrets.callbackKey;
    // A reply needs to know what is sold out; it is looked up while the verb works.
    const shelves = ports.ledger.soldOut(scope, setting.program).catch((error): ReadonlySet<RewardId> => {
      // What was written must be told, even where a card cannot say what is sold out.
      ports.log.fault(scope.operation, `shelves of ${call.route.verb}`, error);
      return new Set();
    });
    const outcome = await verb.run(ports)(
      { caller, setting, scope, token, linkKey, shopSignal },
      inputs.data,
    );
    // A flow that reports back is no word of the customer's.
    const heard = verb.silent === true ? undefined : note(call, caller, outcome, ports);
    const [soldOut] = await Promise.all([shelves, heard]);
    const view = viewOf(call, speakerOf(call, caller, outcome), outcome, soldOut);
    const json = call.asBlock
      ? blockReply(call, caller, outcome, view)
      : flatReply(outcome, view, verb.absent);
    return { status: 200, result: outcome.result, json };
  };

const verbs: Readonly<
  Record<string, { absent: object; respond: (call: Call, ports: RoomPorts) => Promise<Answer> }>
> = {
  enroll: { absent: enroll.absent, respond: respond(enroll) },
  leave: { absent: leave.absent, respond: respond(leave) },
  'verify-order': { absent: verifyOrder.absent, respond: respond(verifyOrder) },
  'claim-order': { absent: claimOrder.absent, respond: respond(claimOrder) },
  credit: { absent: credit.absent, respond: respond(credit) },
  balance: { absent: balance.absent, respond: respond(balance) },
  history: { absent: history.absent, respond: respond(history) },
  rewards: { absent: rewards.absent, respond: respond(rewards) },
  redeem: { absent: redeem.absent, respond: respond(redeem) },
  coupons: { absent: coupons.absent, respond: respond(coupons) },
  preferences: { absent: preferences.absent, respond: respond(preferences) },
  delivered: { absent: delivered.absent, respond: respond(delivered) },
};

const verbOf = (name: string) => {
  const found = verbs[name];
  if (found === undefined) throw new Error(`the chat room has no verb ${name}`);
  return found;
};

/** Who was calling, where that can still be read of a request that failed. */
const failedCaller = ({ token, event }: Failed): Caller | undefined => {
  try {
    return token === undefined ? readCaller(parseBody(bodyBytes(event))) : tapped(token);
  } catch {
    return undefined;
  }
};

/** Our own fault, in a form that the bot can show: ManyChat maps replies only on 200. */
const fault = (failed: Failed): Answer => {
  const { route, asBlock } = failed.served;
  const caller = failedCaller(failed);
  const flat = tryAgain(verbOf(route.verb).absent, caller, failed.open?.program);
  const channel = caller?.channel ?? 'messenger';
  return { status: 200, result: 'try_again', json: asBlock ? textBlock(channel, flat.message) : flat };
};

export const chatRoom = (ports: () => RoomPorts): RoomHandler =>
  room('chat', ports, { handle: (call, given) => verbOf(call.route.verb).respond(call, given), fault });
