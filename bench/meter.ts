/** Counts what a client sends: requests, consumed units as the engine reports them, and bytes of both bodies. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

export interface Sent {
  readonly command: string;
  readonly reads: number;
  readonly writes: number;
  /** Bodies of request and response. */
  readonly bytes: number;
}

/** Units are asked for in the request and told in the response, so bytes are counted of a call of their own. */
export type Counting = 'units' | 'bytes';

export interface Meter {
  /** Everything that is sent while the work is done. */
  during(counting: Counting, work: () => Promise<void>): Promise<readonly Sent[]>;
}

const consumed = z.object({ CapacityUnits: z.number() });
const consumption = z.object({
  ConsumedCapacity: z.union([consumed, z.array(consumed)]),
});
const measured = z.object({ headers: z.object({ 'content-length': z.string() }) });
const lengthOf = (message: unknown): number => Number(measured.parse(message).headers['content-length']);

const reading = new Set(['BatchGetItemCommand', 'GetItemCommand', 'QueryCommand', 'ScanCommand']);

const unitsOf = (output: unknown): number => {
  const { ConsumedCapacity: told } = consumption.parse(output);
  return [told].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
};

/** `QueryCommand` of the document client is DynamoDB's `QueryCommand`, `PutCommand` its `PutItemCommand`. */
const plainName = (name: string): string =>
  name.replace(/^(BatchGet|Get|Put|Update|Delete)Command$/, '$1ItemCommand');

/** Puts a meter on the client; it stays there, and counts only while it is asked to. */
export const meterOn = (client: DynamoDBDocumentClient): Meter => {
  let counting: Counting | undefined;
  let sent: Sent[] = [];
  let bytes = new WeakMap<object, number>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (counting === undefined) return next(args);
      const asked =
        counting === 'units' ? { ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } } : args;
      const result = await next(asked);
      const command = plainName(String(context.commandName));
      const units = counting === 'units' ? unitsOf(result.output) : 0;
      const reads = reading.has(command);
      sent.push({
        command,
        reads: reads ? units : 0,
        writes: reads ? 0 : units,
        bytes: bytes.get(context) ?? 0,
      });
      return result;
    },
    { step: 'initialize', name: 'benchUnits' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (counting === 'bytes') {
        bytes.set(context, lengthOf(args.request) + lengthOf(result.response));
      }
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'benchBytes' },
  );
  return {
    during: async (what, work) => {
      [counting, sent, bytes] = [what, [], new WeakMap()];
      try {
        await work();
        return sent;
      } finally {
        counting = undefined;
      }
    },
  };
};
