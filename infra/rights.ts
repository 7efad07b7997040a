import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Room } from '../functions/routes.ts';

export const allow = (actions: string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources });

/** The row's own words for the table, on the table; on an index only `Query`, and only on those that the row asks. */
export const tableRights = (
  table: Table,
  { access, indexes }: Pick<Room, 'access' | 'indexes'>,
): PolicyStatement[] => {
  if (access.length === 0) return [];
  return [
    allow(
      access.map((action) => `dynamodb:${action}`),
      [table.tableArn],
    ),
    ...indexes.map((index) => allow(['dynamodb:Query'], [`${table.tableArn}/index/${index}`])),
  ];
};
