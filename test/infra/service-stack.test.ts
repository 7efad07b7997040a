import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { table } from '../../functions/adapters/dynamodb/table.ts';
import { rooms, servedPaths } from '../../functions/routes.ts';
import { logicalId, stacks } from './stacks.ts';

const { data, service } = stacks();
const template = Template.fromStack(service);
const resources = (type: string) => template.findResources(`AWS::${type}`);
const functionOf = (room: string) => resources('Lambda::Function')[logicalId(service, room, 'Function')];
const roleOf = (room: string) => resources('IAM::Role')[logicalId(service, room, 'Role')];
const reference = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const roomEntries = Object.entries(rooms);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const tableArn = service.resolve(data.table.tableArn);
/** What a statement is about, in words; anything that a room has no business with stays as it is. */
const words: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...Object.keys(rooms).map((room) => [reference(logicalId(service, room, 'Log')), `log of ${room}`]),
    ...table.indexes.map(({ name }) => [{ 'Fn::Join': ['', [tableArn, `/index/${name}`]] }, `index ${name}`]),
    [tableArn, 'table'],
  ].map(([resource, word]) => [JSON.stringify(resource), word]),
);

const grantsOf = (room: string): { actions: string[]; on: string }[] =>
  roleOf(room)
    ?.Properties.Policies.flatMap(
      (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
    )
    .map(({ Effect, Action, Resource }: Statement) => ({
      actions: [Action].flat().sort(),
      on: words[JSON.stringify(Resource)] ?? `${Effect} ${JSON.stringify(Resource)}`,
    }));

describe('the routes', () => {
  /** Which room's function a route of the template ends in. */
  const roomBehind = (target: { 'Fn::Join': [string, [string, { Ref: string }]] }) => {
    const integration = resources('ApiGatewayV2::Integration')[target['Fn::Join'][1][1].Ref];
    const arn = integration?.Properties.IntegrationUri['Fn::GetAtt'][0];
    return Object.keys(rooms).find((room) => logicalId(service, room, 'Function') === arn);
  };

  test('lead every served path to its room, and everything else to front', () => {
    const actual = Object.values(resources('ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties.RouteKey,
      roomBehind(Properties.Target),
    ]);
    const expected = servedPaths.map(({ route, path }) => [`${route.method} ${path}`, route.room]);
    expect(actual.sort()).toEqual([['$default', 'front'], ...expected].sort());
  });

  test('may call their functions, $default too', () => {
    const suffixes = (room: string) =>
      Object.values(resources('Lambda::Permission'))
        .filter(
          ({ Properties }) =>
            Properties.FunctionName['Fn::GetAtt'][0] === logicalId(service, room, 'Function'),
        )
        .map(({ Properties }) => Properties.SourceArn['Fn::Join'][1].at(-1));
    // `$default` is called as <stage>/$default, which three parts would not match.
    expect(suffixes('front')).toContain('/*/*');
    for (const room of ['chat', 'shop', 'admin']) expect(suffixes(room)).toEqual(['/*/*/*']);
  });

  test('are served at the root of the address, throttled, and deployed as they change', () => {
    const [stage, ...others] = Object.values(resources('ApiGatewayV2::Stage'));
    expect(others).toEqual([]);
    expect(stage?.Properties).toMatchObject({ StageName: '$default', AutoDeploy: true });
    expect(stage?.Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
    expect(stage?.Properties.DefaultRouteSettings.ThrottlingBurstLimit).toBeGreaterThan(0);
    template.hasOutput('ApiUrl', {});
  });

  test('are logged by their key, without anything that a person sent', () => {
    const [stage] = Object.values(resources('ApiGatewayV2::Stage'));
    const format = stage?.Properties.AccessLogSettings.Format;
    expect(Object.values(JSON.parse(format))).toEqual(
      expect.arrayContaining(['$context.requestId', '$context.routeKey', '$context.status']),
    );
    expect(format).not.toMatch(/identity|path|authorizer|header|query|body/i);
    expect(stage?.Properties.AccessLogSettings.DestinationArn).toEqual(
      reference(logicalId(service, 'access', 'Log')),
    );
  });
});

describe.each(roomEntries)('the function of %s', (name, room) => {
  test('runs on Node 24 and arm64 with the time and the memory of its row', () => {
    expect(functionOf(name)?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: room.timeoutSeconds,
      MemorySize: room.memoryMb,
    });
  });

  test('leaves its own answer the time to come first', () => {
    expect(room.deadlineMs).toBeLessThan(room.timeoutSeconds * 1000);
    // API Gateway gives up after 30 seconds.
    expect(room.timeoutSeconds).toBeLessThan(30);
  });

  test('is told the name of the table and no secret', () => {
    const environment = functionOf(name)?.Properties.Environment?.Variables ?? {};
    expect(Object.keys(environment)).toEqual(room.access.length > 0 ? ['TABLE_NAME'] : []);
    // A reference is resolved at deployment; a value written here could be anything.
    for (const value of Object.values(environment))
      expect(value).toEqual({ 'Fn::ImportValue': expect.any(String) });
  });

  test('logs into its own group, which forgets', () => {
    const group = logicalId(service, name, 'Log');
    expect(functionOf(name)?.Properties.LoggingConfig.LogGroup).toEqual({ Ref: group });
    expect(resources('Logs::LogGroup')[group]?.Properties.RetentionInDays).toBe(30);
  });

  test('may do to the table what its row names, and nothing else to anything', () => {
    expect(functionOf(name)?.Properties.Role).toEqual(reference(logicalId(service, name, 'Role')));
    const grants = grantsOf(name);
    const indexes = grants.filter(({ on }) => on.startsWith('index '));
    expect(grants.filter((grant) => !indexes.includes(grant))).toEqual([
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: `log of ${name}` },
      ...(room.access.length > 0
        ? [{ actions: room.access.map((action) => `dynamodb:${action}`).sort(), on: 'table' }]
        : []),
    ]);
    for (const { actions } of indexes) expect(actions).toEqual(['dynamodb:Query']);
    if (!room.access.includes('Query')) expect(indexes).toEqual([]);
  });
});

test('no role has a wildcard, a managed policy or a policy of its own beside it', () => {
  for (const { Properties } of Object.values(resources('IAM::Role'))) {
    expect(JSON.stringify(Properties.Policies)).not.toContain('*');
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
  expect(Object.keys(resources('IAM::Role'))).toHaveLength(roomEntries.length);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
});

test('the stack stands in whichever account and region it is deployed to', () => {
  expect(service.environment).toBe('aws://unknown-account/unknown-region');
  expect(data.environment).toBe(service.environment);
});
