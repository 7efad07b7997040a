/** Which machines a shop's address may lead to. */
import ipaddr from 'ipaddr.js';

/** All that is given out as public by IANA; what lies beside it are compatible, mapped and local forms of IPv4 and reserves. */
const publicIpv6 = ipaddr.parseCIDR('2000::/3');

const rangeOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return 'invalid';
  const read = ipaddr.parse(address);
  // `::127.0.0.1` is nothing special to the list of ranges.
  if (read.kind() === 'ipv6' && read.range() === 'unicast' && !read.match(publicIpv6)) return 'reserved';
  return read.range();
};

/**
 * Whether an address is one machine on the public network. Everything that leads to ourselves, into the cloud's own network or
 * through a translator to either of them is not: private, loopback, link-local, mapped, NAT64, 6to4, Teredo, reserved.
 */
export const isPublic = (address: string): boolean => rangeOf(address) === 'unicast';

/** Whether an address is this machine, plainly written. */
export const isThisMachine = (address: string): boolean =>
  address === '::1' || rangeOf4(address) === 'loopback';

const rangeOf4 = (address: string): string =>
  ipaddr.IPv4.isValidFourPartDecimal(address) ? rangeOf(address) : 'other';
