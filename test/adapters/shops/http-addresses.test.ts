import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Lookup, shopCalls } from '../../../functions/adapters/shops/http.ts';
import { makeCertificate } from '../../shops/site/certificate.ts';
import { answering, closeAll, closedPort, patient } from '../../shops/site/scene.ts';

afterEach(closeAll);

/** Answers as told, one look-up after the other, and counts. */
const lookups = (...answers: readonly (readonly string[])[]) => {
  const asked: string[] = [];
  const lookup: Lookup = async (host) => {
    const found = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(host);
    return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { lookup, asked };
};

const refused = { kind: 'trouble', reason: 'address_refused', sent: false };

describe('outside the local edition, an address', () => {
  test.each([
    'http://shop.example',
    'http://shop.example:443',
    'https://shop.example:8443',
    'https://shop.example:80',
    'ftp://shop.example',
    'file:///etc/passwd',
    'data:text/plain,x',
    'https://user@shop.example',
    'https://:password@shop.example',
    'shop.example',
    '//shop.example',
    'https://',
    '',
  ])('is https on port 443, not %j', async (url) => {
    const { lookup, asked } = lookups(['127.0.0.1']);
    expect(await shopCalls({ loopback: false, lookup })({ method: 'GET', url }, patient())).toEqual(refused);
    expect(asked).toEqual([]);
  });

  test.each([
    'https://127.0.0.1',
    'https://127.0.0.1:443/',
    'https://2130706433',
    'https://0x7f000001',
    'https://0x7f.1',
    'https://0177.0.0.1',
    'https://127.1',
    'https://127.0.0.1.',
    'https://%31%32%37.0.0.1',
    'https://①②⑦.0.0.1',
    'https://0',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1',
    'https://192.168.0.1',
    'https://100.100.100.200',
    'https://[::1]',
    'https://[::]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[fd00:ec2::254]',
    'https://[fe80::1]',
  ])('that is one already is checked as it stands: %s', async (url) => {
    const { lookup, asked } = lookups(['93.184.216.34']);
    expect(await shopCalls({ loopback: false, lookup })({ method: 'GET', url }, patient())).toEqual(refused);
    expect(asked).toEqual([]);
  });

  test.each([
    [['127.0.0.1']],
    [['::1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::ffff:169.254.169.254']],
    [['fd00::1']],
    [['0.0.0.0']],
    [['93.184.216.34', '127.0.0.1']],
    [['2606:2800:220:1:248:1893:25c8:1946', '93.184.216.34', '192.168.0.1']],
  ])('whose name leads to %j is refused', async (addresses) => {
    const { lookup, asked } = lookups(addresses);
    const outside = shopCalls({ loopback: false, lookup });
    expect(await outside({ method: 'GET', url: 'https://shop.example/a' }, patient())).toEqual(refused);
    expect(asked).toEqual(['shop.example']);
  });

  test.each(['localhost', 'localhost.', 'LOCALHOST', 'app.localhost'])('may not be %s', async (host) => {
    const { lookup } = lookups(['127.0.0.1']);
    const outside = shopCalls({ loopback: false, lookup });
    expect(await outside({ method: 'GET', url: `https://${host}` }, patient())).toEqual(refused);
  });
});

describe('in the local edition', () => {
  test.each(['127.0.0.1', 'localhost'])('%s is called on any port, without TLS', async (host) => {
    const { url } = await answering({});
    const local = shopCalls({ loopback: true, ...(host === 'localhost' ? lookups(['127.0.0.1']) : {}) });
    const at = url.replace('127.0.0.1', host);
    expect(await local({ method: 'GET', url: at }, patient())).toMatchObject({
      kind: 'answered',
      status: 200,
    });
  });

  test.each([
    '127.0.0.2',
    'localhost.',
    'app.localhost',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '0.0.0.0',
    'shop.example',
  ])('every other name is called as outside: %s is not', async (host) => {
    const { url, received } = await answering({});
    const { lookup } = lookups(['127.0.0.1']);
    const local = shopCalls({ loopback: true, lookup });
    const port = new URL(url).port;
    expect(await local({ method: 'GET', url: `http://${host}:${port}` }, patient())).toEqual(refused);
    expect(await local({ method: 'GET', url: `https://${host}` }, patient())).toEqual(refused);
    expect(received).toEqual([]);
  });

  test('no other scheme is', async () => {
    expect(await shopCalls({ loopback: true })({ method: 'GET', url: 'ftp://localhost' }, patient())).toEqual(
      refused,
    );
  });

  test('a name of this machine that leads elsewhere is refused', async () => {
    for (const address of ['93.184.216.34', '10.0.0.1']) {
      const { lookup } = lookups(['127.0.0.1', address]);
      const local = shopCalls({ loopback: true, lookup });
      expect(await local({ method: 'GET', url: 'http://localhost:9' }, patient())).toEqual(refused);
    }
  });
});

describe('a name that answers otherwise the second time', () => {
  test('is asked once, and called at the address that was checked', async () => {
    const { url, received } = await answering({});
    const { lookup, asked } = lookups(['127.0.0.1'], ['10.0.0.1']);
    const local = shopCalls({ loopback: true, lookup });
    const named = url.replace('127.0.0.1', 'localhost');
    expect(await local({ method: 'GET', url: named }, patient())).toMatchObject({ kind: 'answered' });
    expect(asked).toEqual(['localhost']);
    expect(received).toHaveLength(1);
  });

  test('is checked anew for each call', async () => {
    const { url, received } = await answering({});
    const { lookup, asked } = lookups(['127.0.0.1'], ['10.0.0.1']);
    const local = shopCalls({ loopback: true, lookup });
    const request = { method: 'GET', url: url.replace('127.0.0.1', 'localhost') } as const;
    await local(request, patient());
    expect(await local(request, patient())).toEqual(refused);
    expect(asked).toHaveLength(2);
    expect(received).toHaveLength(1);
  });
});

describe('a shop that cannot be reached', () => {
  test('was surely not asked where nobody listens', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    expect(await shopCalls({ loopback: true })({ method: 'GET', url }, patient())).toEqual({
      kind: 'trouble',
      reason: 'unreachable',
      sent: false,
      detail: 'ECONNREFUSED',
    });
  });

  test('was surely not asked where its name is unknown', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND secret.example'), { code: 'ENOTFOUND' });
    const nowhere = shopCalls({ loopback: false, lookup: () => Promise.reject(unknown) });
    const nothing = shopCalls({ loopback: false, lookup: async () => [] });
    for (const one of [nowhere, nothing])
      expect(await one({ method: 'GET', url: 'https://secret.example' }, patient())).toEqual({
        kind: 'trouble',
        reason: 'unreachable',
        sent: false,
        detail: 'ENOTFOUND',
      });
  });
});

describe('over TLS', () => {
  const { key, cert } = makeCertificate();
  const known = getCACertificates('default');
  let requests: string[] = [];
  let server: Server;
  let url = '';

  beforeAll(async () => {
    server = createServer({ key, cert }, (request, response) => {
      requests.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    url = `https://localhost:${typeof address === 'object' ? address?.port : 0}/path`;
  });
  afterEach(() => {
    requests = [];
    setDefaultCACertificates(known);
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const open = () => shopCalls({ loopback: true, ...lookups(['127.0.0.1']) });

  test('a shop with a certificate for its name is called', async () => {
    setDefaultCACertificates([...known, cert]);
    expect(await open()({ method: 'POST', url, body: '{}' }, patient())).toMatchObject({
      status: 200,
      text: '{}',
    });
    expect(requests).toEqual(['/path']);
  });

  test('no connection is kept', async () => {
    setDefaultCACertificates([...known, cert]);
    const ports = new Set<number | undefined>();
    server.on('secureConnection', (socket) => ports.add(socket.remotePort));
    const local = open();
    await local({ method: 'GET', url }, patient());
    await local({ method: 'GET', url }, patient());
    expect(ports.size).toBe(2);
  });

  test('one whose certificate nobody knows gets no byte of the request', async () => {
    const answer = await open()({ method: 'POST', url, body: '{}' }, patient());
    expect(answer).toEqual({
      kind: 'trouble',
      reason: 'unreachable',
      sent: false,
      detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(requests).toEqual([]);
  });

  test('one that is called by another name than its certificate’s gets none either', async () => {
    setDefaultCACertificates([...known, cert]);
    const byAddress = url.replace('localhost', '127.0.0.1');
    expect(await open()({ method: 'GET', url: byAddress }, patient())).toMatchObject({
      reason: 'unreachable',
      sent: false,
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(requests).toEqual([]);
  });
});
