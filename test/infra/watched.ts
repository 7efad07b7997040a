/** What somebody really does to the table, in the words of the route table: `UpdateItem`, and `Query due` for a query on an index. */
import type { Table } from '../../functions/adapters/dynamodb/client.ts';

const actionsOf = (command: string, input: object): string[] => {
  const { TransactItems, IndexName } = input as { TransactItems?: object[]; IndexName?: string };
  if (command === 'Query' && IndexName !== undefined) return [`Query ${IndexName}`];
  if (command !== 'TransactWriteItems') return [command];
  const names: Record<string, string> = { ConditionCheck: 'ConditionCheckItem' };
  return (TransactItems ?? []).flatMap(Object.keys).map((kind) => names[kind] ?? `${kind}Item`);
};

/** @returns the set of what is done through this client from now on */
export const watchedFrom = (table: Table): ReadonlySet<string> => {
  const did = new Set<string>();
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = String(context['commandName']).replace(/Command$/, '');
      for (const action of actionsOf(command, args.input)) did.add(action);
      return next(args);
    },
    { step: 'initialize', priority: 'high', name: 'access' },
  );
  return did;
};
