import { describe, expect, it } from '@jest/globals';
import { mayDial, parseCidr } from './public-address.ts';

const none = { deny: [], allow: [] };

/* The forms of `security.md` section 6, and their neighbours. */
const inner = [
  ['127.1', 'loopback, short'],
  ['0x7f.1', 'loopback, hexadecimal'],
  ['2130706433', 'loopback, one number'],
  ['0177.0.0.1', 'loopback, octal'],
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback of IPv6'],
  ['::', 'unspecified'],
  ['0.0.0.0', 'unspecified'],
  ['::ffff:7f00:1', 'loopback, mapped'],
  ['::ffff:169.254.169.254', 'metadata, mapped'],
  ['::7f00:1', 'loopback, as Node writes [::127.0.0.1] (S-34)'],
  ['64:ff9b::7f00:1', 'loopback behind NAT64'],
  ['2002:7f00:1::', 'loopback behind 6to4'],
  ['2001:0:7f00:1::', 'Teredo'],
  ['fd00:ec2::254', 'metadata of a cloud'],
  ['fe80::1', 'link-local'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['3fff:fff::1', 'documentation'],
  ['4000::1', 'outside 2000::/3'],
  ['169.254.169.254', 'metadata of a cloud'],
  ['100.100.100.200', 'metadata of a cloud, carrier-grade NAT'],
  ['192.0.0.192', 'metadata of a cloud, IETF'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['198.18.0.1', 'benchmarks'],
] as const;

describe('S-34 an address is called only if it is public', () => {
  it.each(inner)('refuses %s: %s', (address, _) => {
    expect(mayDial(address, none, false)).toBe(false);
  });
  it.each(['93.184.216.34', '2606:4700::1111', '8.8.8.8', '2a00:1450::1'])('allows %s', (address) => {
    expect(mayDial(address, none, false)).toBe(true);
  });
  it.each(['', 'localhost', '1.2.3.4.5', '127.0.0.1:80', 'fe80::1%eth0', '2606:4700::1111 ', '[2606:4700::1111]'])(
    'refuses what is no address: "%s"',
    (text) => {
      expect(mayDial(text, none, false)).toBe(false);
    },
  );
});

describe('S-35 an address is not called if it is denied', () => {
  it.each(['168.63.129.16', '::ffff:168.63.129.16'])('%s, the host agent of Azure', (address) => {
    expect(mayDial(address, none, false)).toBe(false);
  });
  it('one that the operator denies, even if it is allowed too', () => {
    const rules = { deny: [parseCidr('93.184.216.0/24')], allow: [parseCidr('93.184.0.0/16')] };
    expect(mayDial('93.184.216.34', rules, false)).toBe(false);
    expect(mayDial('93.184.217.34', rules, false)).toBe(true);
  });
});

describe('S-37 an expressly allowed address is called', () => {
  const rules = { deny: [], allow: [parseCidr('127.0.0.0/8'), parseCidr('fd00::/8')] };
  it('also without TLS, and nothing beside it', () => {
    for (const isPlain of [false, true]) {
      expect(mayDial('127.0.0.1', rules, isPlain)).toBe(true);
      expect(mayDial('fd00:ec2::254', rules, isPlain)).toBe(true);
      expect(mayDial('::1', rules, isPlain)).toBe(false);
      expect(mayDial('10.0.0.1', rules, isPlain)).toBe(false);
    }
  });
  it('while a public one needs TLS', () => {
    expect(mayDial('93.184.216.34', rules, true)).toBe(false);
  });
});
