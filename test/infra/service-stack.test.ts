import { describe, expect, test } from '@jest/globals';
import { jobs, rooms, servedPaths } from '../../functions/routes.ts';
import {
  functionNames,
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

describe.each(Object.entries({ ...rooms, ...jobs }))('the function of %s', (name, row) => {
  test('runs on Node 24 and arm64 with the time and the memory of its row', () => {
    expect(functionOf(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: row.timeoutSeconds,
      MemorySize: row.memoryMb,
    });
  });

  test('says what breaks, in as many characters as Lambda takes', () => {
    expect(functionOf(name).Description).toContain(row.breaks);
    expect(functionOf(name).Description.length).toBeLessThanOrEqual(256);
  });

  test('logs into its own group, which forgets', () => {
    const group = logicalId(service, name, 'Log');
    expect(functionOf(name).LoggingConfig.LogGroup).toEqual({ Ref: group });
    expect(at('Logs::LogGroup', name, 'Log').RetentionInDays).toBe(30);
  });

  test('has a role of its own', () => {
    expect(functionOf(name).Role).toEqual(reference(logicalId(service, name, 'Role')));
  });
});

describe.each(Object.entries(rooms))('the room %s', (name, room) => {
  test('leaves its own answer the time to come first', () => {
    expect(room.deadlineMs).toBeLessThan(room.timeoutSeconds * 1000);
    // API Gateway gives up after 30 seconds.
    expect(room.timeoutSeconds).toBeLessThan(30);
  });

  test('is told the name of the table, where credentials lie if it calls shops, and no secret', () => {
    expect(functionOf(name).Environment?.Variables ?? {}).toEqual({
      // A reference is resolved at deployment; a value written here could be anything.
      ...(room.access.length > 0 ? { TABLE_NAME: { 'Fn::ImportValue': expect.any(String) } } : {}),
      ...(room.shops ? { TOKENS_PREFIX: parametersPath } : {}),
    });
  });

  test('may do to the table what its row names, read the shops’ credentials if it calls them, and nothing else', () => {
    expect(grantsOf(name)).toEqual([logging(name), ...rowGrants(room), ...shopGrants(room)]);
  });
});

test('no role has a wildcard but for the names of tokens and shops, nor a policy beside its own', () => {
  for (const { Properties } of Object.values(resources('IAM::Role'))) {
    const text = JSON.stringify(Properties.Policies)
      .replace(`:parameter${parametersPath}/manychat/*`, '')
      .replace(`:parameter${parametersPath}/shops/*`, '');
    expect(text).not.toContain('*');
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
  expect(Object.keys(resources('IAM::Role'))).toHaveLength(functionNames.length);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
});

test('who deploys is told where the queues and the tokens are', () => {
  const outputs = template.findOutputs('*');
  expect(outputs['NudgesUrl']?.['Value']).toEqual({ Ref: logicalId(service, 'nudges', 'Queue') });
  expect(outputs['DeadLettersUrl']?.['Value']).toEqual({ Ref: logicalId(service, 'nudges', 'DeadLetters') });
  expect(outputs['TokensPrefix']?.['Value']).toBe(parametersPath);
});

test('the stack stands in whichever account and region it is deployed to', () => {
  expect(service.environment).toBe('aws://unknown-account/unknown-region');
  expect(data.environment).toBe(service.environment);
});
