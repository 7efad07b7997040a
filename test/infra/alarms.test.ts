import { describe, expect, test } from '@jest/globals';
import { jobs, rooms } from '../../functions/routes.ts';
import { functionNames, openService } from './service.ts';
import { logicalId, stacks } from './stacks.ts';

const { data, service } = stacks();
const { resources, at } = openService(service, data.table);
const alarm = (...path: string[]) => at('CloudWatch::Alarm', ...path);

describe.each(Object.entries({ ...rooms, ...jobs }))('the alarms of %s', (name, { breaks }) => {
  const first = {
    AlarmDescription: breaks,
    Statistic: 'Sum',
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  };

  test('ring at the first crash or time-out and say what breaks', () => {
    expect(alarm(name, 'Errors')).toMatchObject({
      ...first,
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: logicalId(service, name, 'Function') } }],
    });
  });

  test('ring at the first fault that was caught and told, and say what breaks', () => {
    expect(alarm(name, 'Faults')).toMatchObject({
      ...first,
      Namespace: 'Loyalty',
      MetricName: 'Faults',
      Dimensions: [{ Name: 'service', Value: name }],
    });
  });
});

describe('the alarm of dead letters', () => {
  test.each([
    ['nudges', jobs.send.breaks],
    ['lost', jobs.mirror.breaks],
  ])('rings as long as there are any of %s and says what breaks', (queues, breaks) => {
    expect(alarm(queues, 'NotEmpty')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [
        {
          Name: 'QueueName',
          Value: { 'Fn::GetAtt': [logicalId(service, queues, 'DeadLetters'), 'QueueName'] },
        },
      ],
      Statistic: 'Maximum',
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(alarm(queues, 'NotEmpty').AlarmDescription).toContain(breaks);
  });
});

describe('the alarm of what is due longest', () => {
  test.each(['sweep', 'settle'] as const)('rings after three hours, and when %s is silent', (job) => {
    const oldest = alarm(job, 'Function', 'OldestDue');
    expect(oldest).toMatchObject({
      Namespace: 'Loyalty',
      MetricName: 'OldestDue',
      Dimensions: [{ Name: 'service', Value: job }],
      Statistic: 'Maximum',
      Period: 300,
      Threshold: 10_800,
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
    expect(oldest.AlarmDescription).toContain(jobs[job].breaks);
  });
});

test('there are no others, and they watch no more metrics of our own than are free', () => {
  const all = Object.values(resources('CloudWatch::Alarm')).map(({ Properties }) => Properties);
  expect(all).toHaveLength(2 * functionNames.length + 3);
  const own = all.filter(({ Namespace }) => Namespace === 'Loyalty');
  expect(own.length).toBeLessThanOrEqual(10);
});
