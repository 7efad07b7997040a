import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Job } from '../functions/routes.ts';
import { watchDeadLetters } from './alarms.ts';

const sealed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } satisfies QueueProps;
/** As long as SQS keeps anything: time to come back from a holiday. */
const deadLettersKept = Duration.days(14);

/** A nudge that Lambda held back for a moment before it called the sender is still done before the queue shows it again. */
const heldBackSeconds = 30;

export interface NudgeQueues {
  readonly nudges: Queue;
  readonly deadLetters: Queue;
}

/**
 * The queue of nudges. Its groups are ManyChat accounts, so that one sender at a time serves each. A nudge is only a nudge: who is
 * due stands in the table's index. One that is an hour old has been followed by others, so the queue may forget it.
 * @param served the row of the job that takes nudges
 * @param attempts after so many a nudge is set aside
 */
export const nudgeQueues = (scope: Construct, served: Job, attempts: number): NudgeQueues => {
  const place = new Construct(scope, 'nudges');
  const deadLetters = new Queue(place, 'DeadLetters', {
    ...sealed,
    fifo: true,
    retentionPeriod: deadLettersKept,
  });
  const nudges = new Queue(place, 'Queue', {
    ...sealed,
    fifo: true,
    visibilityTimeout: Duration.seconds(served.timeoutSeconds + heldBackSeconds),
    retentionPeriod: Duration.hours(1),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: attempts },
  });
  watchDeadLetters(place, deadLetters, `A nudge failed ${attempts} times. ${served.breaks}`);
  return { nudges, deadLetters };
};

/**
 * Where Lambda names the places in the stream that a job could not get past in all its attempts. The lines themselves are not in
 * it and leave the stream after a day; a resync of the programs does what they asked for.
 */
export const lostLines = (scope: Construct, { breaks }: Job): Queue => {
  const place = new Construct(scope, 'lost');
  const queue = new Queue(place, 'DeadLetters', { ...sealed, retentionPeriod: deadLettersKept });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason:
      'It is a dead-letter queue itself: that of an event source mapping, where the rule does not look.',
  });
  watchDeadLetters(place, queue, `Lines of the table’s stream were given up; a resync makes good. ${breaks}`);
  return queue;
};
