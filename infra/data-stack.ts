import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { table } from '../functions/adapters/dynamodb/table.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });
const attributeTypes = { S: AttributeType.STRING, N: AttributeType.NUMBER, B: AttributeType.BINARY };

/**
 * What must outlive every deployment: the ledger's table, and nothing else.
 * It stays when the stack is deleted, refuses to be deleted, and can be taken back to any second of the last 35 days.
 */
export class DataStack extends Stack {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { terminationProtection: true, ...props });

    this.table = new Table(this, 'Ledger', {
      partitionKey: text(table.partitionKey),
      sortKey: text(table.sortKey),
      timeToLiveAttribute: table.timeToLive,
      stream: StreamViewType[table.stream],
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
      // Encrypted with a key of AWS: one of our own would cost by the request and shut out nobody new.
      encryption: TableEncryption.DEFAULT,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const index of table.indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: text(index.partitionKey),
        sortKey: { name: index.sortKey, type: attributeTypes[index.sortKeyType] },
        projectionType: ProjectionType[index.projection],
      });
    }

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
  }
}
