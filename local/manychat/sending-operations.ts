/** Starting flows and sending messages, with the channels' windows. */
import * as z from 'zod/mini';
import type { Instant } from '../../functions/domain/ids.ts';
import type { Account, Contact, FlowSeed } from './account.ts';
import { type Answer, invalid, refused, success } from './answers.ts';
import { forContact, type Operations, subscriberId } from './operation.ts';

const hourMs = 60 * 60 * 1000;
const windowMs = 24 * hourMs;
const flowsPerHour = 100;

const flowStart = z.object({ subscriber_id: subscriberId, flow_ns: z.string('expected a string') });

const atMost = (most: number) =>
  z.array(z.unknown(), 'expected a list').check(z.maxLength(most, `expected at most ${most}`));

const message = z.object({
  subscriber_id: subscriberId,
  // Meta withdrew the tags, and ManyChat refuses them by name.
  message_tag: z.exactOptional(z.never('Message tags are no longer supported for Messenger')),
  data: z.object(
    {
      version: z.literal('v2', 'expected v2'),
      content: z.object(
        {
          type: z.exactOptional(
            z.enum(['instagram', 'whatsapp', 'telegram'], 'expected instagram, whatsapp, telegram or none'),
          ),
          messages: atMost(10),
          actions: z.exactOptional(atMost(5)),
          quick_replies: z.exactOptional(atMost(11)),
        },
        'expected an object',
      ),
    },
    'expected a v2 response',
  ),
});

const isWindowOpen = ({ lastInteraction }: Contact, now: Instant): boolean =>
  lastInteraction !== undefined && now - lastInteraction <= windowMs;

/** A template of WhatsApp, a message of Telegram, an e-mail and an SMS go out at any time. */
const hasWindow = ({ channel }: FlowSeed): boolean => channel === 'messenger' || channel === 'instagram';

/** Seen in the field: the status code says that all is well. */
const blockedAnswer = refused(200, 'Subscriber has blocked the page');

const startFlow = (account: Account, contact: Contact, flow: FlowSeed, now: Instant): Answer => {
  if (contact.blocked) return blockedAnswer;
  // A clock that was set back leaves starts in the future, which count no more.
  const starts = contact.starts.filter((at) => at <= now && now - at < hourMs);
  if (starts.length >= flowsPerHour) {
    return refused(429, `No more than ${flowsPerHour} flows an hour for one subscriber`);
  }
  contact.starts = [...starts, now];
  const delivered = !hasWindow(flow) || isWindowOpen(contact, now);
  account.sent.push({ at: now, contact: contact.id, flow: flow.ns, delivered });
  return success();
};

export const sendingOperations: Operations = {
  '/fb/sending/sendFlow': {
    method: 'POST',
    perSecond: 20,
    answer: forContact(flowStart, (contact, { flow_ns }, { account, now }) => {
      const flow = account.flows.get(flow_ns);
      return flow === undefined ? invalid('Flow does not exist') : startFlow(account, contact, flow, now);
    }),
  },
  '/fb/sending/sendContent': {
    method: 'POST',
    perSecond: 25,
    answer: forContact(message, (contact, { data }, { account, now }) => {
      if (contact.blocked) return blockedAnswer;
      if (data.content.type !== 'telegram' && !isWindowOpen(contact, now)) {
        return refused(400, 'The subscriber last interacted more than 24 hours ago', 3011);
      }
      account.sent.push({ at: now, contact: contact.id, delivered: true });
      return success();
    }),
  },
};
