import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import type { Job, Room } from '../functions/routes.ts';
import { watchFunction } from './alarms.ts';
import { lambdaBundling, projectRoot } from './bundling.ts';
import { log } from './log.ts';
import { allow } from './rights.ts';

export interface ServiceFunctionProps {
  readonly row: Pick<Room | Job, 'timeoutSeconds' | 'memoryMb' | 'breaks' | 'shops'>;
  /** The folder below `functions/` whose `main.ts` is the way in. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What its role may do besides logging. */
  readonly rights: readonly PolicyStatement[];
  readonly reservedConcurrency?: number | undefined;
}

/** A function with its log, its alarms and a role that may do what is listed and nothing else. */
export const serviceFunction = (
  scope: Construct,
  name: string,
  { row, folder, environment, rights, reservedConcurrency }: ServiceFunctionProps,
): NodejsFunction => {
  const place = new Construct(scope, name);
  const logGroup = log(place);
  const logging = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  const role = new Role(place, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      log: new PolicyDocument({ statements: [logging] }),
      ...(rights.length === 0 ? {} : { work: new PolicyDocument({ statements: [...rights] }) }),
    },
  });
  const handler = new NodejsFunction(place, 'Function', {
    description: `${name}. If it fails: ${row.breaks}`,
    entry: join(projectRoot, 'functions', folder, 'main.ts'),
    projectRoot,
    depsLockFilePath: join(projectRoot, 'package-lock.json'),
    bundling: lambdaBundling(row.shops),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: row.memoryMb,
    timeout: Duration.seconds(row.timeoutSeconds),
    environment,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    // Queues and tables that start a function would grant it more than it needs; the list above is the whole of it.
    role: role.withoutPolicyUpdates(),
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
  });
  watchFunction(place, name, row.breaks, handler);
  return handler;
};
