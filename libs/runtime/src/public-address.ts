import ipaddr from 'ipaddr.js';

/** A range of addresses, such as `10.0.0.0/8`. */
export type Cidr = ReturnType<typeof ipaddr.parseCIDR>;

/** Which addresses may be called, beyond the rule that they must be public. */
export interface EgressRules {
  /** Never called, even if public (S-35). */
  readonly deny: readonly Cidr[];
  /** Called although not public, on any port and without TLS: for development and tests. */
  readonly allow: readonly Cidr[];
}

/** Answers Azure's machines from inside, and passes every test of ranges (S-35). */
const azureHostAgent = ipaddr.parseCIDR('168.63.129.16/32');
/** The part of IPv6 that is given out; `::7f00:1` is outside, though its range counts as unicast (S-34). */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** @throws Error if it is no CIDR. */
export const parseCidr = (text: string): Cidr => ipaddr.parseCIDR(text);

/**
 * Whether a connection to the address is allowed: it is public, or expressly allowed, and not denied. What cannot be
 * read as an address is not allowed.
 *
 * @param isPlain without TLS or on an unusual port, which only expressly allowed addresses may be called on.
 */
export function mayDial(address: string, { deny, allow }: EgressRules, isPlain: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (isIn(parsed, [azureHostAgent, ...deny])) return false;
  return isIn(parsed, allow) || (!isPlain && isPublic(parsed));
}

/** Whether the text is an address; then no name is looked up for it. */
export const isAddress = (host: string): boolean => ipaddr.isValid(host);

type Address = ReturnType<typeof ipaddr.process>;

const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || isIn(address, [globalUnicast]));

const isIn = (address: Address, ranges: readonly Cidr[]): boolean =>
  ranges.some((range) => address.kind() === range[0].kind() && address.match(range));
