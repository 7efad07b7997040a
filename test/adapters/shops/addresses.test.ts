import { describe, expect, test } from '@jest/globals';
import { isPublic, isThisMachine } from '../../../functions/adapters/shops/addresses.ts';

describe('a public address', () => {
  test.each(['93.184.216.34', '1.1.1.1', '172.15.255.255', '172.32.0.1', '11.0.0.1', '223.255.255.255'])(
    'is taken: %s',
    (address) => expect(isPublic(address)).toBe(true),
  );
  test.each(['2606:2800:220:1:248:1893:25c8:1946', '2a00:1450:4001::200e', '2001:4860:4860::8888'])(
    'is taken: %s',
    (address) => expect(isPublic(address)).toBe(true),
  );
});

describe('an address that leads elsewhere', () => {
  test.each([
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a carrier', '100.64.0.1'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['a cloud’s metadata', '169.254.169.254'],
    ['protocol assignments', '192.0.0.8'],
    ['documentation', '192.0.2.1'],
    ['6to4 relays', '192.88.99.1'],
    ['benchmarks', '198.18.0.1'],
    ['benchmarks', '198.19.255.255'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['compatible with IPv4', '::127.0.0.1'],
    ['compatible with IPv4', '::10.0.0.1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped, in hexadecimal', '::ffff:7f00:1'],
    ['mapped, and public', '::ffff:93.184.216.34'],
    ['translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 of a network', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378::'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fd00::1'],
    ['a cloud’s metadata', 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['ORCHID', '2001:20::1'],
    ['discarded', '100::1'],
    ['segment routing', '5f00::1'],
    ['given to nobody', '4000::1'],
    ['given to nobody', '1::1'],
    ['no address', 'shop.example'],
    ['no address', ''],
    ['no address', '1.2.3.4.5'],
  ])('is refused: %s %s', (_, address) => expect(isPublic(address)).toBe(false));
});

describe('this machine', () => {
  test.each(['127.0.0.1', '127.0.0.53', '::1'])('is %s', (address) =>
    expect(isThisMachine(address)).toBe(true),
  );
  test.each(['::ffff:127.0.0.1', '10.0.0.1', '0.0.0.0', '::', '93.184.216.34', '127.1', 'localhost', ''])(
    'is not %s',
    (address) => expect(isThisMachine(address)).toBe(false),
  );
});
