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
  test('rings after three hours, and when the tick is silent', () => {
    const oldest = alarm('OldestDue');
    expect(oldest).toMatchObject({
      Namespace: 'Loyalty',
      MetricName: 'OldestDue',
      Dimensions: [{ Name: 'service', Value: 'sweep' }],
      Statistic: 'Maximum',
      Period: 300,
      Threshold: 10_800,
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
    expect(oldest.AlarmDescription).toContain(jobs.sweep.breaks);
  });
});

describe('the alarm of silence', () => {
  test.each([
    ['settle', 300],
    ['reconcile', 86_400],
  ] as const)('rings when %s is not called in three periods of %i seconds', (job, period) => {
    const silent = alarm(job, 'Function', 'Silent');
    expect(silent).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: logicalId(service, job, 'Function') } }],
      Statistic: 'Sum',
      Period: period,
      Threshold: 1,
      EvaluationPeriods: 3,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    expect(silent.AlarmDescription).toContain(jobs[job].breaks);
  });

  test('watches every job that comes by the clock and has no tick of its own to tell', () => {
    const silent = Object.values(resources('CloudWatch::Alarm')).filter(
      ({ Properties }) => Properties.MetricName === 'Invocations',
    );
    const byClock = Object.values(jobs).filter(
      ({ trigger, nudges }) => trigger.kind === 'schedule' && !nudges,
    );
    expect(silent).toHaveLength(byClock.length);
  });

  test('looks back no further than CloudWatch does', () => {
    // Periods of an hour and more may reach over a week, shorter ones over a day.
    for (const { Properties } of Object.values(resources('CloudWatch::Alarm'))) {
      const most = Properties.Period >= 3600 ? 7 * 86_400 : 86_400;
      expect(Properties.Period * Properties.EvaluationPeriods).toBeLessThanOrEqual(most);
    }
  });
});

test('there are no others, and they watch no more metrics of our own than are free', () => {
  const all = Object.values(resources('CloudWatch::Alarm')).map(({ Properties }) => Properties);
  // Errors and faults of each function, two queues of dead letters, one tick, two silences.
  expect(all).toHaveLength(2 * functionNames.length + 2 + 1 + 2);
  const own = all.filter(({ Namespace }) => Namespace === 'Loyalty');
  expect(own.length).toBeLessThanOrEqual(10);
});
