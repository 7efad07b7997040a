import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alarm, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type RoomName, rooms, servedPaths } from '../functions/routes.ts';
import { lambdaBundling, projectRoot } from './bundling.ts';

export interface ServiceStackProps extends StackProps {
  readonly table: Table;
}

/** Requests in a second, on the whole API: far above a busy shop's, far below what would hurt its bill. */
const throttle = { rateLimit: 100, burstLimit: 200 };

/**
 * What is noted of every request. The route's key stands for the path, which may hold a member's id;
 * addresses of callers, bodies and headers are people's data or secrets and stay out.
 */
const accessLogFields = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  responseMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
};

/** Everything that can be thrown away and deployed again: the API, its functions and their logs. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { table, ...props }: ServiceStackProps) {
    super(scope, id, props);

    const integrations = {
      chat: integration(roomFunction(this, 'chat', table)),
      shop: integration(roomFunction(this, 'shop', table)),
      admin: integration(roomFunction(this, 'admin', table)),
      // A permission for all routes of an API names three parts after its id, and `$default` has two.
      front: new HttpLambdaIntegration('front', roomFunction(this, 'front', table)),
    } satisfies Record<RoomName, HttpLambdaIntegration>;

    // What no route matches goes to the front room, so that a 404 and a 405 have our form too.
    const api = new HttpApi(this, 'Api', {
      apiName: this.stackName,
      description: 'What ManyChat flows, shops and the owner call',
      defaultIntegration: integrations.front,
      createDefaultStage: false,
    });
    for (const { route, path } of servedPaths) {
      api.addRoutes({ path, methods: [HttpMethod[route.method]], integration: integrations[route.room] });
    }
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Every room but front checks a hashed API key itself; ManyChat sends a fixed header and cannot sign.',
    });

    new CfnOutput(this, 'ApiUrl', { value: stage(this, api).url });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}

/** A room's function, its log and a role that may do what its row of the route table says and nothing else. */
const roomFunction = (stack: Stack, name: RoomName, table: Table): NodejsFunction => {
  const room = rooms[name];
  const scope = new Construct(stack, name);
  const logGroup = log(scope);
  const handler = new NodejsFunction(scope, 'Function', {
    description: `${name}. If it fails: ${room.breaks}`,
    entry: join(projectRoot, 'functions', name, 'main.ts'),
    projectRoot,
    depsLockFilePath: join(projectRoot, 'package-lock.json'),
    bundling: lambdaBundling,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: room.memoryMb,
    timeout: Duration.seconds(room.timeoutSeconds),
    environment: room.access.length > 0 ? { TABLE_NAME: table.tableName } : {},
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role: new Role(scope, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        log: new PolicyDocument({
          statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn])],
        }),
        ...tablePolicy(name, table),
      },
    }),
  });
  watch(scope, name, handler);
  return handler;
};

const watchEvery = Duration.minutes(5);

/** One fault is worth a look: a crash or time-out of the function, and a fault that it answered as `try_again`. */
const watch = (scope: Construct, name: RoomName, handler: NodejsFunction): void => {
  const answered = new Metric({
    namespace: 'Loyalty',
    metricName: 'Faults',
    dimensionsMap: { service: name },
    statistic: 'Sum',
    period: watchEvery,
  });
  for (const [id, metric] of [
    ['Errors', handler.metricErrors({ period: watchEvery })],
    ['Faults', answered],
  ] as const) {
    new Alarm(scope, id, {
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: rooms[name].breaks,
    });
  }
};

/** The room's own words for the table, on the table; on an index only `Query`, and only on those that the room asks. */
const tablePolicy = (name: RoomName, table: Table): Record<string, PolicyDocument> => {
  const { access, indexes } = rooms[name];
  if (access.length === 0) return {};
  const statements = [
    allow(
      access.map((action) => `dynamodb:${action}`),
      [table.tableArn],
    ),
    ...indexes.map((index) => allow(['dynamodb:Query'], [`${table.tableArn}/index/${index}`])),
  ];
  return { table: new PolicyDocument({ statements }) };
};

const allow = (actions: string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources });

/** One permission for all routes of a room: a permission for each of chat's twenty would fill a function's policy. */
const integration = (handler: NodejsFunction): HttpLambdaIntegration =>
  new HttpLambdaIntegration(handler.node.path, handler, { scopePermissionToRoute: false });

/** The one stage, at the root of the address. */
const stage = (scope: Construct, api: HttpApi): HttpStage =>
  new HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(log(new Construct(scope, 'access'))),
      format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
    },
  });

/** A month is enough to ask after a fault; what happened to points is in the ledger, for good. */
const log = (scope: Construct): LogGroup =>
  new LogGroup(scope, 'Log', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
