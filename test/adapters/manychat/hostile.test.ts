import { afterEach, describe, expect, test } from '@jest/globals';
import { ana, closeAll, flow, open, serve, yes } from './scene.ts';

afterEach(closeAll);

const token = '12345:SECRETTOKENabc';
const openAt = (url: string) => open(url, { tokens: { ours: token } as never });

describe('what ManyChat says of a refusal', () => {
  test.each([
    [401, `Wrong token Bearer ${token}`],
    [400, `key SECRETTOKENabc of page 12345 is unknown, Authorization: Bearer ${token}`],
    [400, `${'x'.repeat(290)} ${token}`],
  ])('never holds the token (%d)', async (status, message) => {
    const { url } = await serve((_, response) => {
      response.writeHead(status).end(JSON.stringify({ status: 'error', message }));
    });
    const { client } = await openAt(url);
    const told = JSON.stringify([await client.startFlow(ana, flow, yes), await client.fields()]);
    expect(told).toContain('refused');
    for (const part of [token, 'SECRETTOKENabc', 'SECRET', '12345']) expect(told).not.toContain(part);
  });

  test('never holds what was written to the fields, but may name them', async () => {
    const { url } = await serve((_, response) => {
      const message = 'loyalty_message: "You have 230 points, Ana" is too long';
      response.writeHead(400).end(JSON.stringify({ status: 'error', message }));
    });
    const { client } = await openAt(url);
    const told = await client.setFields(ana, {
      loyalty_message: 'You have 230 points, Ana',
      loyalty_points: 230,
    });
    expect(told).toMatchObject({ kind: 'refused', message: 'loyalty_message: "(withheld)" is too long' });
  });
});

describe('an answer that never ends', () => {
  test('is given up, and counts as lost', async () => {
    let sent = 0;
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && sent < 64 * 1024 * 1024) {
          sent += 65_536;
          if (!response.write('x'.repeat(65_536))) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const { client } = await openAt(url);
    expect((await client.startFlow(ana, flow, yes)).kind).toBe('unknown');
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });
});
