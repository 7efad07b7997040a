/**
 * Every alarm says in a sentence what breaks for whom. CloudWatch asks for $0.10 a month for an alarm and $0.30 for a metric
 * of our own beyond ten each, so there are two of our own, ten in all: `Faults` of each function, and `OldestDue` of the tick.
 */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

const watchEvery = Duration.minutes(5);

const own = (service: string, metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: 'Loyalty',
    metricName,
    dimensionsMap: { service },
    statistic,
    period: watchEvery,
  });

/** Rings at the first one. */
const atOnce = (scope: Construct, id: string, metric: Metric, alarmDescription: string): void => {
  new Alarm(scope, id, {
    metric,
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription,
  });
};

/** One fault is worth a look: a crash or time-out of the function, and a fault that it caught and told. */
export const watchFunction = (scope: Construct, name: string, breaks: string, handler: IFunction): void => {
  atOnce(scope, 'Errors', handler.metricErrors({ period: watchEvery }), breaks);
  atOnce(scope, 'Faults', own(name, 'Faults', 'Sum'), breaks);
};

/** Rings as long as there are any. */
export const watchDeadLetters = (scope: Construct, queue: IQueue, sentence: string): void =>
  atOnce(
    scope,
    'NotEmpty',
    queue.metricApproximateNumberOfMessagesVisible({ period: watchEvery, statistic: 'Maximum' }),
    sentence,
  );

/**
 * Rings when a schedule's job is not called any more. Lambda counts its calls for nothing; only the alarm is paid for.
 * @param everyMinutes how often it should be called
 */
export const watchSilence = (
  scope: Construct,
  handler: IFunction,
  everyMinutes: number,
  breaks: string,
): void => {
  const period = Duration.minutes(Math.max(watchEvery.toMinutes(), everyMinutes));
  new Alarm(scope, 'Silent', {
    metric: handler.metricInvocations({ period, statistic: 'Sum' }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
    alarmDescription: `The job is not called any more. ${breaks}`,
  });
};

/** At nine a second 97,200 members go out in that time: whoever waits longer waits for no turn, but for somebody's help. */
const longestWait = Duration.hours(3);

/**
 * Rings when somebody waits too long, and when nobody says how long. The tick tells the age at its very end, zero where nobody is
 * due, so silence means that it is not called or does not get to its end; an alarm on its invocations would cost as much again and
 * see only the first. Three periods, so that one late point is no alarm; CloudWatch itself looks back a little further for points.
 */
export const watchOldestDue = (scope: Construct, service: string, breaks: string): void => {
  new Alarm(scope, 'OldestDue', {
    metric: own(service, 'OldestDue', 'Maximum'),
    threshold: longestWait.toSeconds(),
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
    alarmDescription: `Somebody has been due for three hours, or the tick is silent. ${breaks}`,
  });
};
