import { describe, expect, test } from '@jest/globals';
import { Stack, Validations } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { AwsSolutionsChecks } from 'cdk-nag';
import { jobs, rooms } from '../../functions/routes.ts';
import { stacks } from './stacks.ts';

const { app } = stacks();

describe('the security rules', () => {
  test('find nothing that has no reason', () => {
    const { violations } = new AwsSolutionsChecks().validateScope(app);
    expect(violations).toEqual([]);
  });

  test('stop the synthesis at a table without recovery', () => {
    const careless = stacks().app;
    const keySchema = [{ attributeName: 'pk', keyType: 'HASH' }];
    const attributeDefinitions = [{ attributeName: 'pk', attributeType: 'S' }];
    const billingMode = 'PAY_PER_REQUEST';
    new CfnTable(new Stack(careless, 'Careless'), 'Table', { keySchema, attributeDefinitions, billingMode });
    const { violations } = new AwsSolutionsChecks().validateScope(careless);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-DDB3']);
    expect(() => careless.synth()).toThrow('AwsSolutions-DDB3');
  });

  test('are set aside only with a sentence that says why', () => {
    const reasons = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data));
    const parameters = 'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter';
    const below = (path: string) =>
      `Annotation::AwsSolutions-IAM5[Resource::${parameters}/manychat-loyalty-service/${path}/*]`;
    // Each function that calls shops gives it for itself, as each has a role of its own.
    const callers = Object.values({ ...rooms, ...jobs }).filter(({ shops }) => shops);
    expect(reasons.map(([rule]) => rule).sort()).toEqual([
      'Annotation::AwsSolutions-APIG4',
      below('manychat'),
      ...callers.map(() => below('shops')),
      'Annotation::AwsSolutions-SQS3',
    ]);
    for (const [, reason] of reasons) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
  });
});
