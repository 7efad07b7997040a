/** ManyChat for the laptop edition: the built-in double, or another address that the environment names. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readCaller } from '../functions/chat/caller.ts';
import type { Program } from '../functions/domain/program.ts';
import { fieldTypes } from '../functions/jobs/send/content.ts';
import type { RoomHandler } from '../functions/platform/room.ts';
import type { Clock } from '../functions/ports/environment.ts';
import type { Tokens } from '../functions/ports/manychat.ts';
import { type ChatChannel, type Double, type Received, startDouble } from './manychat/double.ts';

const defaultToken = 'local:token';

export interface LocalManyChat {
  readonly base: string;
  readonly token: string;
  readonly tokens: Tokens;
  /** Absent where the environment names another ManyChat. */
  readonly double: Double | undefined;
  outbox(): readonly Received[];
  /** Sets the double's account up for a program, as `npm run manychat -- setup` does a real one. */
  know(program: Program): void;
  /** A real ManyChat knows when a contact last wrote; the double hears it with us. */
  overhears(chat: RoomHandler): RoomHandler;
  close(): Promise<void>;
}

const chatChannels: readonly string[] = ['messenger', 'instagram', 'whatsapp', 'telegram'];
const isChat = (channel: string): channel is ChatChannel => chatChannels.includes(channel);

const contactIn = ({ body, isBase64Encoded, routeKey }: APIGatewayProxyEventV2): string | undefined => {
  // A flow that reports back is not the customer's word.
  if (body === undefined || routeKey.includes('/delivered')) return undefined;
  try {
    const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
    return readCaller(JSON.parse(text)).contact;
  } catch {
    return undefined;
  }
};

/** Fields that the flows of the guide use beside those that we write. */
const ownFields = { loyalty_reward: 'text' } as const;

export const openLocalManyChat = async (
  clock: Clock,
  { manychatBase, manychatToken }: { manychatBase?: string | undefined; manychatToken?: string | undefined },
): Promise<LocalManyChat> => {
  const token = manychatToken || defaultToken;
  const double = manychatBase === undefined ? await startDouble({ clock, tokens: [token] }) : undefined;
  const account = double?.account(token);
  for (const [name, type] of Object.entries({ ...fieldTypes, ...ownFields })) account?.addField(name, type);
  return {
    base: manychatBase ?? double?.url ?? '',
    token,
    tokens: { manychat: () => Promise.resolve(token) },
    double,
    outbox: () => double?.outbox ?? [],
    know: ({ reminders, name }) => {
      if (reminders === undefined) return;
      const { flow: ns, channel } = reminders;
      account?.addFlow({ ns, name: `${name}: reminder`, ...(isChat(channel) ? { channel } : {}) });
    },
    overhears: (chat) => (event, context) => {
      const contact = contactIn(event as APIGatewayProxyEventV2);
      if (contact !== undefined) account?.setContact(contact, { lastInteraction: clock.now() });
      return chat(event, context);
    },
    close: async () => double?.close(),
  };
};
