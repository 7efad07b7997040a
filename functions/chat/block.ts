/** An outcome as a Dynamic Block v2, within each channel's limits (reference: manychat.github.io/dynamic_block_docs). */
import { randomUUID } from 'node:crypto';
import { signToken, tokenLifetimeMs } from '../domain/callback-token.ts';
import { type ContactId, later } from '../domain/ids.ts';
import { bytes, clip, harmless, type Measure, units } from '../texts/clip.ts';
import type { Channel } from './caller.ts';
import { type Offer, offers, type View } from './card.ts';
import { pageOf } from './rewards/rewards.ts';
import type { Showing } from './verb.ts';

/** What the buttons need to know: whose they are, and where they lead. */
export interface Stage {
  readonly view: View;
  readonly channel: Channel;
  readonly publicUrl: string;
  readonly callbackKey: string;
  readonly contact: ContactId;
}

type Action = { action: 'set_field_value'; field_name: string; value: string };
type Button =
  | { type: 'url'; caption: string; url: string }
  | { type: 'flow'; caption: string; target: string; actions?: Action[] }
  | {
      type: 'dynamic_block_callback';
      caption: string;
      url: string;
      method: 'post';
      headers: Record<string, string>;
    };
interface Card {
  title: string;
  subtitle: string;
  image_url?: string;
  action_url?: string;
  buttons?: Button[];
}
type Message =
  | { type: 'text'; text: string; buttons?: Button[] }
  | { type: 'cards'; elements: Card[]; image_aspect_ratio: 'square' };
type QuickReply = { type: 'flow'; caption: string; target: string };

export interface Block {
  version: 'v2';
  content: { type?: Exclude<Channel, 'messenger'>; messages: Message[]; quick_replies?: QuickReply[] };
}

interface Traits {
  readonly cards: boolean;
  readonly callbacks: boolean;
  readonly quickReplies: boolean;
  /** Longest text without buttons; with buttons it is 640 characters besides. */
  readonly longest: number;
  readonly measure: Measure;
}

/** Messenger 2,000 characters, Instagram 1,000 bytes, WhatsApp 1,024 characters; Telegram stays within the schema's 2,000. */
const traits: Readonly<Record<Channel, Traits>> = {
  messenger: { cards: true, callbacks: true, quickReplies: true, longest: 2000, measure: units },
  instagram: { cards: true, callbacks: false, quickReplies: true, longest: 1000, measure: bytes },
  whatsapp: { cards: false, callbacks: false, quickReplies: false, longest: 1024, measure: units },
  telegram: { cards: false, callbacks: false, quickReplies: false, longest: 2000, measure: units },
};

const maxCaption = 20;
const maxCardText = 80;
const maxCards = 10;
const maxButtons = 3;
const maxWithButtons = 640;

const caption = (text: string): string => clip(harmless(text), maxCaption);

const textMessage = (channel: Channel, text: string, buttons: Button[] = []): Message => {
  const { longest, measure } = traits[channel];
  const clean = harmless(text);
  if (buttons.length === 0) return { type: 'text', text: clip(clean, longest, measure) };
  // Characters first: an ellipsis is three bytes and must not lift the text over a limit in bytes again.
  return { type: 'text', text: clip(clip(clean, maxWithButtons), longest, measure), buttons };
};

/** A button that calls us back with a signed token instead of a key. */
const callback = (
  stage: Stage,
  label: string,
  path: string,
  input: Record<string, string | number>,
): Button => {
  const { view, contact, publicUrl, callbackKey } = stage;
  const token = signToken(
    {
      program: view.program.id,
      contact,
      route: path,
      input,
      language: view.speaker.language,
      expiresAt: later(view.now, tokenLifetimeMs),
      nonce: randomUUID(),
    },
    callbackKey,
  );
  const headers = { 'X-Loyalty-Token': token };
  return {
    type: 'dynamic_block_callback',
    caption: caption(label),
    url: `${publicUrl}${path}`,
    method: 'post',
    headers,
  };
};

/** The button that takes a reward; undefined where the channel has no callbacks and the program names no flow. */
const takeButton = (stage: Stage, { reward }: Offer, label: string): Button | undefined => {
  if (traits[stage.channel].callbacks)
    return callback(stage, label, '/v1/redeem/block', { reward: reward.id });
  const { redeem } = stage.view.program.flows;
  if (redeem === undefined) return undefined;
  const remember: Action = { action: 'set_field_value', field_name: 'loyalty_reward', value: reward.id };
  return { type: 'flow', caption: caption(label), target: redeem, actions: [remember] };
};

const status = ({ speaker }: View, { reward, affordable, short, gone }: Offer): string => {
  const cost = speaker.points(reward.points);
  if (affordable) return speaker.say('reward.ready', { cost });
  return gone
    ? speaker.say('reward.gone', { cost })
    : speaker.say('reward.short', { cost, short: speaker.points(short) });
};

const card = (stage: Stage, offer: Offer): Card => {
  const { reward, name, affordable } = offer;
  const button = affordable ? takeButton(stage, offer, stage.view.speaker.say('button.take')) : undefined;
  return {
    title: clip(harmless(name), maxCardText),
    subtitle: clip(harmless(status(stage.view, offer)), maxCardText),
    ...(reward.imageUrl === undefined ? {} : { image_url: reward.imageUrl }),
    ...(reward.url === undefined ? {} : { action_url: reward.url }),
    ...(button === undefined ? {} : { buttons: [button] }),
  };
};

const maxListName = 40;

/** Where a channel has no cards: a numbered list, then a button for each reward that can be taken. */
const list = (stage: Stage, shown: readonly Offer[]): Message[] => {
  const { speaker } = stage.view;
  const lines = shown.map((offer, index) =>
    speaker.say('reward.line', {
      number: index + 1,
      reward: clip(offer.name, maxListName),
      status: status(stage.view, offer),
    }),
  );
  const buttons = shown
    .flatMap((offer, index) =>
      offer.affordable ? [takeButton(stage, offer, `${index + 1}. ${offer.name}`)] : [],
    )
    .filter((button) => button !== undefined);
  const asked = speaker.say('rewards.take');
  const groups = Array.from({ length: Math.ceil(buttons.length / maxButtons) }, (_, at) =>
    buttons.slice(at * maxButtons, (at + 1) * maxButtons),
  );
  return [
    textMessage(stage.channel, lines.join('\n')),
    ...groups.map((group) => textMessage(stage.channel, asked, group)),
  ];
};

const gallery = (stage: Stage, shown: readonly Offer[]): Message[] => {
  if (shown.length === 0) return [];
  if (!traits[stage.channel].cards) return list(stage, shown);
  return [
    {
      type: 'cards',
      elements: shown.slice(0, maxCards).map((offer) => card(stage, offer)),
      image_aspect_ratio: 'square',
    },
  ];
};

/** The page's number, with a way to the next one where there is one. */
const pager = (stage: Stage, page: number, pages: number): Message[] => {
  if (pages === 1) return [];
  const { speaker } = stage.view;
  const more = page < pages && traits[stage.channel].callbacks;
  const buttons = more
    ? [callback(stage, speaker.say('button.more'), '/v1/rewards/block', { page: page + 1 })]
    : [];
  return [textMessage(stage.channel, speaker.say('rewards.page', { page, pages }), buttons)];
};

const under = (stage: Stage, showing: Showing): Message[] => {
  switch (showing.kind) {
    case 'nothing':
    case 'link':
      return [];
    case 'ready':
      return gallery(
        stage,
        offers(stage.view)
          .filter(({ affordable }) => affordable)
          .slice(0, maxCards),
      );
    case 'rewards': {
      const { shown, page, pages } = pageOf(stage.view, showing.page);
      return [...gallery(stage, shown), ...pager(stage, page, pages)];
    }
  }
};

/** Ways on, where the channel has quick replies and the program names the flows they lead to. */
const quickReplies = ({ view, channel }: Stage): QuickReply[] => {
  if (!traits[channel].quickReplies) return [];
  return (['rewards', 'balance', 'claim'] as const).flatMap((name) => {
    const target = view.program.flows[name];
    return target === undefined
      ? []
      : [{ type: 'flow' as const, caption: caption(view.speaker.say(`quick.${name}`)), target }];
  });
};

const wrapped = (channel: Channel, messages: Message[], replies: QuickReply[]): Block => ({
  version: 'v2',
  content: {
    ...(channel === 'messenger' ? {} : { type: channel }),
    messages,
    ...(replies.length === 0 ? {} : { quick_replies: replies }),
  },
});

/** @param text the reply's message */
export const blockOf = (stage: Stage, text: string, showing: Showing): Block => {
  const link: Button[] =
    showing.kind === 'link'
      ? [{ type: 'url', caption: caption(stage.view.speaker.say('button.shop')), url: showing.url }]
      : [];
  return wrapped(
    stage.channel,
    [textMessage(stage.channel, text, link), ...under(stage, showing)],
    quickReplies(stage),
  );
};

/** A block that has only a text: what is left to say when something failed. */
export const textBlock = (channel: Channel, text: string): Block =>
  wrapped(channel, [textMessage(channel, text)], []);
