/** What starts a job: for each kind of trigger, what the job's role needs for it, and how it is tied to the function. */
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Trigger } from '../functions/routes.ts';
import { allow } from './rights.ts';

export type TriggerOf<Kind extends Trigger['kind']> = Extract<Trigger, { kind: Kind }>;

export interface Start {
  readonly rights: readonly PolicyStatement[];
  readonly tie: (handler: NodejsFunction) => void;
}

/** No tick lives longer than this: the next one asks the same question. */
const tickLife = Duration.minutes(1);

/** A daily job that failed is begun again: the next one is a day away. */
const rareLife = Duration.hours(2);

/**
 * The event's time is the minute that it was meant for, the same where EventBridge delivers it twice; the tick makes the nudges'
 * names from it. A tick that failed is not repeated: Lambda would wait a minute first, and by then the next one is there.
 */
export const bySchedule = ({ everyMinutes }: TriggerOf<'schedule'>): Start => ({
  rights: [],
  tie: (handler) => {
    const rare = everyMinutes > 60;
    const life = rare ? rareLife : tickLife;
    handler.configureAsyncInvoke({ retryAttempts: rare ? 2 : 0, maxEventAge: life });
    const event = RuleTargetInput.fromObject({ time: EventField.time });
    new Rule(handler, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [new LambdaFunction(handler, { event, retryAttempts: 2, maxEventAge: life })],
    });
  },
});

/** One nudge at a time for each group, so many groups at once. */
export const byQueue = ({ accountsAtOnce }: TriggerOf<'queue'>, queue: Queue): Start => ({
  rights: [allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn])],
  tie: (handler) => {
    handler.addEventSourceMapping('Nudges', {
      eventSourceArn: queue.queueArn,
      batchSize: 1,
      maxConcurrency: accountsAtOnce,
      reportBatchItemFailures: true,
    });
  },
});

/** The lines of the table's stream that fit a pattern; Lambda throws the others away before they cost anything. */
export const byStream = (
  { batchSize, attempts, patterns }: TriggerOf<'stream'>,
  table: Table,
  lost: Queue,
): Start => {
  const stream = table.tableStreamArn;
  if (stream === undefined) throw new Error('the table has no stream');
  return {
    rights: [
      // Lambda refuses the mapping unless the role may do all four to this stream.
      allow(
        [
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:DescribeStream',
          'dynamodb:ListStreams',
        ],
        [stream],
      ),
      allow(['sqs:SendMessage'], [lost.queueArn]),
    ],
    tie: (handler) => {
      handler.addEventSourceMapping('Stream', {
        eventSourceArn: stream,
        startingPosition: StartingPosition.LATEST,
        batchSize,
        filters: patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) })),
        retryAttempts: attempts - 1,
        // One line that cannot be read must not take a hundred others with it.
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        onFailure: new SqsDlq(lost),
      });
    },
  };
};
