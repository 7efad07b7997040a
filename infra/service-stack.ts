import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { loyaltyApi } from './api.ts';
import { jobFunctions } from './job-functions.ts';

export interface ServiceStackProps extends StackProps {
  readonly table: Table;
}

/** Everything that can be thrown away and deployed again: the API with its rooms, the jobs with their queues, and the logs. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { table, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const tokensPrefix = `/${this.stackName}`;

    const { url } = loyaltyApi(this, this.stackName, table, tokensPrefix);
    const { nudges, deadLetters } = jobFunctions(this, table, tokensPrefix);

    new CfnOutput(this, 'ApiUrl', { value: url });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'NudgesUrl', { value: nudges.queueUrl });
    new CfnOutput(this, 'DeadLettersUrl', { value: deadLetters.queueUrl });
    new CfnOutput(this, 'TokensPrefix', { value: tokensPrefix });
  }
}
