import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { table as specified } from '../../functions/adapters/dynamodb/table.ts';
import { jobs, type Room, rooms } from '../../functions/routes.ts';
import { logicalId } from './stacks.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** What a role may do: the actions, and on what, in words. */
export interface Grant {
  readonly actions: readonly string[];
  readonly on: string;
}

export const reference = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
/** Below it lie the tokens of ManyChat accounts and the credentials of shops, in Parameter Store. */
export const parametersPath = '/manychat-loyalty-service';
export const functionNames = [...Object.keys(rooms), ...Object.keys(jobs)];

/** The template of the service stack, with its resources under the names that the code gives them. */
export const openService = (service: Stack, table: Table) => {
  const template = Template.fromStack(service);
  const resources = (type: string) => template.findResources(`AWS::${type}`);
  const at = (type: string, ...path: string[]) => resources(type)[logicalId(service, ...path)]?.Properties;
  const tableArn = service.resolve(table.tableArn);
  const parametersBelow = (path: string) => ({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':ssm:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        `:parameter${parametersPath}/${path}/*`,
      ],
    ],
  });
  /** Anything that a function has no business with stays as it is. */
  const words: Readonly<Record<string, string>> = Object.fromEntries(
    [
      ...functionNames.map((name) => [reference(logicalId(service, name, 'Log')), `log of ${name}`]),
      ...specified.indexes.map(({ name }) => [
        { 'Fn::Join': ['', [tableArn, `/index/${name}`]] },
        `index ${name}`,
      ]),
      [tableArn, 'table'],
      [service.resolve(table.tableStreamArn), 'stream'],
      [reference(logicalId(service, 'nudges', 'Queue')), 'nudges'],
      [reference(logicalId(service, 'lost', 'DeadLetters')), 'lost lines'],
      [parametersBelow('manychat'), 'tokens'],
      [parametersBelow('shops'), 'shops'],
    ].map(([resource, word]) => [JSON.stringify(resource), word]),
  );
  const grantsOf = (name: string): Grant[] =>
    at('IAM::Role', name, 'Role')
      .Policies.flatMap(
        (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
      )
      .map(({ Effect, Action, Resource }: Statement) => ({
        actions: [Action].flat().sort(),
        on: words[JSON.stringify(Resource)] ?? `${Effect} ${JSON.stringify(Resource)}`,
      }));
  return {
    template,
    resources,
    at,
    grantsOf,
    functionOf: (name: string) => at('Lambda::Function', name, 'Function'),
  };
};

/** The right to log, which every function has. */
export const logging = (name: string): Grant => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  on: `log of ${name}`,
});

/** What a row names, as its role must have it. */
export const rowGrants = (row: Pick<Room, 'access' | 'indexes'>): Grant[] => [
  ...(row.access.length === 0
    ? []
    : [{ actions: row.access.map((action) => `dynamodb:${action}`).sort(), on: 'table' }]),
  ...row.indexes.map((index) => ({ actions: ['dynamodb:Query'], on: `index ${index}` })),
];

/** The right to read the credentials of shops, for rows that call them. */
export const shopGrants = ({ shops }: Pick<Room, 'shops'>): Grant[] =>
  shops ? [{ actions: ['ssm:GetParameter'], on: 'shops' }] : [];
