import { describe, expect, test } from '@jest/globals';
import { type Job, jobs } from '../../functions/routes.ts';
import {
  type Grant,
  logging,
  openService,
  parametersPath,
  reference,
  rowGrants,
  shopGrants,
} from './service.ts';
import { logicalId, stacks } from './stacks.ts';

const { data, service } = stacks();
const { template, resources, at, functionOf, grantsOf } = openService(service, data.table);
const jobEntries: readonly (readonly [string, Job])[] = Object.entries(jobs);

const triggerRights: Readonly<Record<Job['trigger']['kind'], readonly Grant[]>> = {
  schedule: [],
  queue: [{ actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], on: 'nudges' }],
  stream: [
    {
      actions: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ],
      on: 'stream',
    },
    { actions: ['sqs:SendMessage'], on: 'lost lines' },
  ],
};

describe.each(jobEntries)('the job %s', (name, job) => {
  test('may do what its row and its trigger need, and nothing else to anything', () => {
    expect(grantsOf(name)).toEqual([
      logging(name),
      ...rowGrants(job),
      ...(job.nudges ? [{ actions: ['sqs:SendMessage'], on: 'nudges' }] : []),
      ...(job.tokens ? [{ actions: ['ssm:GetParameter'], on: 'tokens' }] : []),
      ...shopGrants(job),
      ...triggerRights[job.trigger.kind],
    ]);
  });

  test('is told where its things are, and no secret', () => {
    expect(functionOf(name).Environment.Variables).toEqual({
      TABLE_NAME: { 'Fn::ImportValue': expect.any(String) },
      ...(job.nudges ? { NUDGES_URL: { Ref: logicalId(service, 'nudges', 'Queue') } } : {}),
      ...(job.tokens || job.shops ? { TOKENS_PREFIX: parametersPath } : {}),
    });
  });
});

const schedules = jobEntries.flatMap(([name, { trigger, timeoutSeconds }]) =>
  trigger.kind === 'schedule' ? [{ name, everyMinutes: trigger.everyMinutes, timeoutSeconds }] : [],
);

test('three jobs come by the clock: two every minute, one every day', () => {
  expect(schedules.map(({ name, everyMinutes }) => [name, everyMinutes])).toEqual([
    ['sweep', 1],
    ['settle', 1],
    ['reconcile', 1440],
  ]);
  expect(Object.keys(resources('Events::Rule'))).toHaveLength(schedules.length);
  expect(Object.keys(resources('Lambda::EventInvokeConfig'))).toHaveLength(schedules.length);
});

describe.each(schedules)('the schedule of $name', ({ name, everyMinutes, timeoutSeconds }) => {
  const handler = reference(logicalId(service, name, 'Function'));
  const rule = at('Events::Rule', name, 'Function', 'Schedule');
  /** The rate in EventBridge's own grammar. */
  const rate = everyMinutes === 1440 ? 'rate(1 day)' : 'rate(1 minute)';

  test('comes as often as its row says, and says when', () => {
    expect(rule).toMatchObject({ ScheduleExpression: rate, State: 'ENABLED' });
    expect(rule.Targets).toHaveLength(1);
    expect(rule.Targets[0]).toMatchObject({
      Arn: handler,
      InputTransformer: { InputPathsMap: { time: '$.time' }, InputTemplate: '{"time":<time>}' },
    });
  });

  test('may call its job, and nobody else may', () => {
    const permissions = Object.values(resources('Lambda::Permission')).filter(
      ({ Properties }) => JSON.stringify(Properties.FunctionName) === JSON.stringify(handler),
    );
    expect(permissions.map(({ Properties }) => [Properties.Principal, Properties.SourceArn])).toEqual([
      ['events.amazonaws.com', reference(logicalId(service, name, 'Function', 'Schedule'))],
    ]);
  });

  const daily = everyMinutes === 1440;
  test(`${daily ? 'is called again where it failed' : 'does not outlive the minute after it'}, whether it was delivered or not`, () => {
    const life = daily ? 7200 : 60;
    expect(rule.Targets[0].RetryPolicy).toEqual({ MaximumEventAgeInSeconds: life, MaximumRetryAttempts: 2 });
    expect(at('Lambda::EventInvokeConfig', name, 'Function', 'EventInvokeConfig')).toMatchObject({
      FunctionName: { Ref: logicalId(service, name, 'Function') },
      MaximumEventAgeInSeconds: life,
      MaximumRetryAttempts: daily ? 2 : 0,
    });
    // All tries of a daily job fit into its life, with Lambda's waits of one and two minutes between them.
    if (daily) expect(3 * timeoutSeconds + 60 + 120).toBeLessThan(life);
  });
});

describe('the queue of nudges', () => {
  const { timeoutSeconds, trigger } = jobs.send;
  const queue = at('SQS::Queue', 'nudges', 'Queue');
  const deadLetters = at('SQS::Queue', 'nudges', 'DeadLetters');

  test('is first in, first out, and so are its dead letters', () => {
    expect([queue.FifoQueue, deadLetters.FifoQueue]).toEqual([true, true]);
    // The sender of a nudge names it; two accounts with the same work are two nudges.
    expect(queue.ContentBasedDeduplication).toBeUndefined();
  });

  test('hides a nudge for longer than a sender can take', () => {
    expect(queue.VisibilityTimeout).toBe(180);
    expect(queue.VisibilityTimeout).toBeGreaterThan(timeoutSeconds);
  });

  test('forgets a nudge after an hour, and only after all its attempts', () => {
    expect(queue.MessageRetentionPeriod).toBe(3600);
    expect(queue.RedrivePolicy).toEqual({
      deadLetterTargetArn: reference(logicalId(service, 'nudges', 'DeadLetters')),
      maxReceiveCount: trigger.kind === 'queue' && trigger.attempts,
    });
    const { maxReceiveCount } = queue.RedrivePolicy;
    expect(maxReceiveCount * queue.VisibilityTimeout).toBeLessThan(queue.MessageRetentionPeriod);
    expect(deadLetters.MessageRetentionPeriod).toBe(14 * 86_400);
  });

  test('starts one sender for each nudge, so many at once as the row says', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: reference(logicalId(service, 'nudges', 'Queue')),
      FunctionName: { Ref: logicalId(service, 'send', 'Function') },
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: trigger.kind === 'queue' && trigger.accountsAtOnce },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('the stream', () => {
  const { trigger } = jobs.mirror;
  const lines = Object.values(resources('Lambda::EventSourceMapping'))
    .map(({ Properties }) => Properties)
    .filter(({ FunctionName }) => FunctionName.Ref === logicalId(service, 'mirror', 'Function'));

  test('starts the mirror for lines that fit a pattern of the row, from now on', () => {
    if (trigger.kind !== 'stream') throw new Error('the mirror is not started by the stream');
    const [mapping, ...others] = lines;
    expect(others).toEqual([]);
    expect(mapping).toMatchObject({
      EventSourceArn: service.resolve(data.table.tableStreamArn),
      StartingPosition: 'LATEST',
      BatchSize: trigger.batchSize,
      MaximumRetryAttempts: trigger.attempts - 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const patterns = mapping?.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => Pattern);
    expect(patterns.map((pattern: string) => JSON.parse(pattern))).toEqual(trigger.patterns);
    // Lambda takes five filters of 4,096 characters.
    expect(patterns.length).toBeLessThanOrEqual(5);
    for (const pattern of patterns) expect(pattern.length).toBeLessThanOrEqual(4096);
  });

  test('leaves what it gave up in a queue that keeps it for a fortnight', () => {
    expect(lines[0]?.DestinationConfig.OnFailure.Destination).toEqual(
      reference(logicalId(service, 'lost', 'DeadLetters')),
    );
    const lost = at('SQS::Queue', 'lost', 'DeadLetters');
    expect(lost.MessageRetentionPeriod).toBe(14 * 86_400);
    // Lambda puts nothing into a queue that is first in, first out.
    expect(lost.FifoQueue).toBeUndefined();
  });
});

test('every queue is encrypted and refuses callers without TLS', () => {
  const queues = Object.entries(resources('SQS::Queue'));
  expect(queues).toHaveLength(3);
  for (const [id, { Properties }] of queues) {
    expect(Properties.SqsManagedSseEnabled).toBe(true);
    const policies = Object.values(resources('SQS::QueuePolicy')).filter(
      ({ Properties: { Queues } }) => JSON.stringify(Queues) === JSON.stringify([{ Ref: id }]),
    );
    expect(policies.map(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement)).toEqual([
      [
        {
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Resource: reference(id),
        },
      ],
    ]);
  }
});

describe('reserved concurrency', () => {
  /** What each function reserves, by name. */
  const reservations = (context: Readonly<Record<string, unknown>>) => {
    const made = stacks([], context);
    const opened = openService(made.service, made.data.table);
    return Object.values(opened.resources('Lambda::Function'))
      .map(({ Properties }) => [
        Properties.Description.split('.')[0],
        Properties.ReservedConcurrentExecutions,
      ])
      .filter(([, reserved]) => reserved !== undefined);
  };

  test('is asked of no account unless its owner says so', () => {
    expect(reservations({})).toEqual([]);
  });

  test('goes to the sender alone where the context names it', () => {
    expect(reservations({ senderReservedConcurrency: 12 })).toEqual([['send', 12]]);
    // The command line gives texts.
    expect(reservations({ senderReservedConcurrency: '10' })).toEqual([['send', 10]]);
  });

  test.each([9, 10.5, '', 'many', true])('is refused where it is %j', (given) => {
    expect(() => stacks([], { senderReservedConcurrency: given })).toThrow(
      /senderReservedConcurrency is .* expected a whole number from 10,/,
    );
  });
});
