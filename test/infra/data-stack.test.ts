import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { table } from '../../functions/adapters/dynamodb/table.ts';
import { stacks } from './stacks.ts';

const { data } = stacks();
const template = Template.fromStack(data);
const [ledger, ...otherTables] = Object.values(template.findResources('AWS::DynamoDB::Table'));

describe('the table', () => {
  test('is the only thing in its stack', () => {
    expect(otherTables).toEqual([]);
    expect(Object.keys(template.toJSON().Resources)).toHaveLength(1);
  });

  test('outlives its stack and refuses to be deleted', () => {
    expect(ledger?.DeletionPolicy).toBe('Retain');
    expect(ledger?.UpdateReplacePolicy).toBe('Retain');
    expect(ledger?.Properties.DeletionProtectionEnabled).toBe(true);
    expect(data.terminationProtection).toBe(true);
  });

  test('can be taken back to any second of 35 days', () => {
    expect(ledger?.Properties.PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 35,
    });
  });

  test('is paid by the request and forgets by the attribute of the specification', () => {
    expect(ledger?.Properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(ledger?.Properties.TimeToLiveSpecification).toEqual({
      AttributeName: table.timeToLive,
      Enabled: true,
    });
  });

  test('tells its changes as the specification says', () => {
    expect(ledger?.Properties.StreamSpecification).toEqual({ StreamViewType: table.stream });
  });

  test('has the keys and the indexes of the specification and no others', () => {
    const keys = (partitionKey: string, sortKey: string) => [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ];
    expect(ledger?.Properties.KeySchema).toEqual(keys(table.partitionKey, table.sortKey));
    expect(ledger?.Properties.GlobalSecondaryIndexes).toEqual(
      table.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: index.projection },
      })),
    );
    expect(ledger?.Properties.LocalSecondaryIndexes).toBeUndefined();
  });

  test('types every key as the specification does', () => {
    expect(ledger?.Properties.AttributeDefinitions).toEqual(
      [
        [table.partitionKey, 'S'],
        [table.sortKey, 'S'],
        ...table.indexes.flatMap((index) => [
          [index.partitionKey, 'S'],
          [index.sortKey, index.sortKeyType],
        ]),
      ].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    );
  });

  test('tells its name to whoever deploys', () => {
    template.hasOutput('TableName', {});
  });
});
