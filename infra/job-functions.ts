import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { type Job, type JobName, jobs } from '../functions/routes.ts';
import { watchOldestDue, watchSilence } from './alarms.ts';
import { lostLines, type NudgeQueues, nudgeQueues } from './queues.ts';
import { allow, shopRights, tableRights, tokenRights } from './rights.ts';
import { serviceFunction } from './service-function.ts';
import { byQueue, bySchedule, byStream, type Start } from './triggers.ts';

/** What the jobs share. */
interface Workplace {
  readonly table: Table;
  readonly queues: NudgeQueues;
  /** Where the tokens of ManyChat accounts lie in Parameter Store. */
  readonly tokensPrefix: string;
}

/** The option of CDK's context that takes concurrency of the AWS account for the sender alone. */
const reservation = 'senderReservedConcurrency';

/** None unless asked for: a new AWS account has none to give, and its first deployment would fail. */
const reserved = (scope: Construct, accountsAtOnce: number): number | undefined => {
  const given: unknown = scope.node.tryGetContext(reservation);
  if (given === undefined || given === null) return undefined;
  // The command line gives texts.
  const asked = typeof given === 'string' && given !== '' ? Number(given) : given;
  if (typeof asked === 'number' && Number.isInteger(asked) && asked >= accountsAtOnce) return asked;
  throw new Error(
    `${reservation} is ${JSON.stringify(given)}: expected a whole number from ${accountsAtOnce}, since the queue starts so many senders at once`,
  );
};

/** The queue is made for the job that it starts: its times and attempts are in that row. */
const queuesOf = (scope: Construct): NudgeQueues => {
  for (const job of Object.values(jobs)) {
    if (job.trigger.kind === 'queue') return nudgeQueues(scope, job, job.trigger.attempts);
  }
  throw new Error('no job is started by the queue of nudges');
};

const startOf = (scope: Construct, job: Job, { table, queues }: Workplace): Start => {
  const { trigger } = job;
  switch (trigger.kind) {
    case 'schedule':
      return bySchedule(trigger);
    case 'queue':
      return byQueue(trigger, queues.nudges);
    case 'stream':
      return byStream(trigger, table, lostLines(scope, job));
  }
};

const jobFunction = (scope: Construct, name: JobName, work: Workplace): void => {
  const row = jobs[name];
  const start = startOf(scope, row, work);
  const handler = serviceFunction(scope, name, {
    row,
    folder: `jobs/${name}`,
    environment: {
      TABLE_NAME: work.table.tableName,
      ...(row.nudges ? { NUDGES_URL: work.queues.nudges.queueUrl } : {}),
      ...(row.tokens || row.shops ? { TOKENS_PREFIX: work.tokensPrefix } : {}),
    },
    rights: [
      ...tableRights(work.table, row),
      ...(row.nudges ? [allow(['sqs:SendMessage'], [work.queues.nudges.queueArn])] : []),
      ...(row.tokens ? [tokenRights(scope, work.tokensPrefix)] : []),
      ...(row.shops ? [shopRights(scope, work.tokensPrefix)] : []),
      ...start.rights,
    ],
    ...(row.trigger.kind === 'queue'
      ? { reservedConcurrency: reserved(scope, row.trigger.accountsAtOnce) }
      : {}),
  });
  start.tie(handler);
  if (row.trigger.kind !== 'schedule') return;
  // The tick tells how long the oldest waits, so that its silence is an alarm by itself.
  if (row.nudges) watchOldestDue(scope, name, row.breaks);
  else watchSilence(handler, handler, row.trigger.everyMinutes, row.breaks);
};

/** The functions of all jobs with what starts them. @returns their queues, for whoever deploys to know */
export const jobFunctions = (scope: Construct, table: Table, tokensPrefix: string): NudgeQueues => {
  const queues = queuesOf(scope);
  const work = { table, queues, tokensPrefix };
  jobFunction(scope, 'sweep', work);
  jobFunction(scope, 'send', work);
  jobFunction(scope, 'mirror', work);
  jobFunction(scope, 'settle', work);
  jobFunction(scope, 'reconcile', work);
  return queues;
};
