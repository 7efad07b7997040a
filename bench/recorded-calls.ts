/** The calls that the sender makes, written down once, so that the same ones can be made without the sender. */
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Table } from '../functions/adapters/dynamodb/client.ts';
import type { SendPorts } from '../functions/jobs/ports.ts';

/** A call to DynamoDB or to ManyChat. */
export type Call =
  | { readonly to: 'BatchGet'; readonly input: BatchGetCommandInput }
  | { readonly to: 'Query'; readonly input: QueryCommandInput }
  | { readonly to: 'Update'; readonly input: UpdateCommandInput }
  | { readonly to: 'ManyChat'; readonly path: string; readonly body: object };

/** In their order: those of no member, and those of each. */
export interface Recording {
  readonly around: readonly Call[];
  readonly members: readonly (readonly Call[])[];
}

const callOf = (command: unknown): Call => {
  if (command instanceof BatchGetCommand) return { to: 'BatchGet', input: structuredClone(command.input) };
  if (command instanceof QueryCommand) return { to: 'Query', input: structuredClone(command.input) };
  if (command instanceof UpdateCommand) return { to: 'Update', input: structuredClone(command.input) };
  throw new Error('the sender made a call that is not known here');
};

/** Whose partition or contact a call speaks of. */
const contactOf = (call: Call, contacts: readonly string[]): string | undefined => {
  if (call.to === 'Query') return undefined;
  const told = JSON.stringify(call.to === 'ManyChat' ? call.body : call.input);
  return contacts.find((contact) => told.includes(contact));
};

/** A table that writes down what is asked of it. */
const listening = (table: Table, heard: (call: Call) => void): Table => ({
  name: table.name,
  client: new Proxy(table.client, {
    get: (client, name) => {
      const found: unknown = Reflect.get(client, name);
      if (name !== 'send' || typeof found !== 'function') return found;
      return (...args: unknown[]): unknown => {
        heard(callOf(args[0]));
        return Reflect.apply(found, client, args);
      };
    },
  }),
});

/** Does the work once and writes its calls down. @param portsOver the sender's ports over a table */
export const recordCalls = async (
  table: Table,
  contacts: readonly string[],
  portsOver: (table: Table) => SendPorts,
  work: (ports: SendPorts) => Promise<void>,
): Promise<Recording> => {
  const calls: Call[] = [];
  const ports = portsOver(listening(table, (call) => void calls.push(call)));
  const manychat: SendPorts['manychat'] = async (account, pace) => {
    const opened = await ports.manychat(account, pace);
    if (opened === undefined) return undefined;
    return {
      ...opened,
      setFields: (subscriber_id, values) => {
        const fields = Object.entries(values).map(([name, value]) => ({
          field_name: name,
          field_value: value,
        }));
        calls.push({
          to: 'ManyChat',
          path: '/fb/subscriber/setCustomFields',
          body: { subscriber_id, fields },
        });
        return opened.setFields(subscriber_id, values);
      },
      startFlow: (subscriber_id, flow_ns, intend) =>
        opened.startFlow(subscriber_id, flow_ns, async () => {
          const goes = await intend();
          calls.push({ to: 'ManyChat', path: '/fb/sending/sendFlow', body: { subscriber_id, flow_ns } });
          return goes;
        }),
    };
  };
  await work({ ...ports, manychat });
  const groups = Map.groupBy(calls, (call) => contactOf(call, contacts));
  return {
    around: groups.get(undefined) ?? [],
    members: contacts.map((contact) => groups.get(contact) ?? []),
  };
};
