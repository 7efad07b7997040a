import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { type RoomName, rooms, servedPaths } from '../functions/routes.ts';
import { log } from './log.ts';
import { shopRights, tableRights } from './rights.ts';
import { serviceFunction } from './service-function.ts';

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

/** A room's function, with the rights of its row of the route table. */
const roomFunction = (
  scope: Construct,
  name: RoomName,
  { table, tokensPrefix }: { readonly table: Table; readonly tokensPrefix: string },
): NodejsFunction => {
  const row = rooms[name];
  return serviceFunction(scope, name, {
    row,
    folder: name,
    environment: {
      ...(row.access.length > 0 ? { TABLE_NAME: table.tableName } : {}),
      ...(row.shops ? { TOKENS_PREFIX: tokensPrefix } : {}),
    },
    rights: [...tableRights(table, row), ...(row.shops ? [shopRights(scope, tokensPrefix)] : [])],
  });
};

/** One permission for all routes of a room: a permission for each of chat's twenty would fill a function's policy. */
const integration = (handler: NodejsFunction): HttpLambdaIntegration =>
  new HttpLambdaIntegration(handler.node.path, handler, { scopePermissionToRoute: false });

/** The API with its rooms, at the root of its address. */
export const loyaltyApi = (scope: Construct, name: string, table: Table, tokensPrefix: string): HttpStage => {
  const work = { table, tokensPrefix };
  const integrations = {
    chat: integration(roomFunction(scope, 'chat', work)),
    shop: integration(roomFunction(scope, 'shop', work)),
    admin: integration(roomFunction(scope, 'admin', work)),
    // A permission for all routes of an API names three parts after its id, and `$default` has two.
    front: new HttpLambdaIntegration('front', roomFunction(scope, 'front', work)),
  } satisfies Record<RoomName, HttpLambdaIntegration>;

  // What no route matches goes to the front room, so that a 404 and a 405 have our form too.
  const api = new HttpApi(scope, 'Api', {
    apiName: name,
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
  return stage(scope, api);
};

/** The one stage. */
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
