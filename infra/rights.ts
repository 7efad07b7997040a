import { Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
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

/**
 * Tokens and credentials are SecureStrings under the key `aws/ssm`, which AWS manages: its own policy lets everybody in the account
 * decrypt who may read the parameter through Parameter Store, so nothing about KMS is granted here.
 */
const parameters = (scope: Construct, resource: string, reason: string): PolicyStatement => {
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:${resource}/*]`,
    reason,
  });
  return allow(
    ['ssm:GetParameter'],
    [Stack.of(scope).formatArn({ service: 'ssm', resource, resourceName: '*' })],
  );
};

export const tokenRights = (scope: Construct, prefix: string): PolicyStatement =>
  parameters(
    scope,
    `parameter${prefix}/manychat`,
    'Which ManyChat accounts there are is said by the programs in the table, long after the deployment; below this path there is nothing but their tokens.',
  );

export const shopRights = (scope: Construct, prefix: string): PolicyStatement =>
  parameters(
    scope,
    `parameter${prefix}/shops`,
    'Which shops there are is said by the programs in the table, long after the deployment; below this path there is nothing but their credentials.',
  );
