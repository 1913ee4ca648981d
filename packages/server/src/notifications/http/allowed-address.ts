import ipaddr from 'ipaddr.js';

/** What may be called: public addresses only; anything; or public ones and these ranges, e.g. `10.1.0.0/16`, `::1/128`. */
export type Allow = 'public' | 'any' | readonly string[];

export type AddressCheck = (address: string) => boolean;

const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Ranges are read once, not with every order that names an address. */
const built = new WeakMap<readonly string[], AddressCheck>();

/** The check of an IP address as text (no brackets). Throws a TypeError when a range in `allow` is not in CIDR form. */
export function addressCheck(allow: Allow): AddressCheck {
  if (allow === 'any') return (address) => ipaddr.isValid(address);
  if (allow === 'public') return checkWith([]);
  const known = built.get(allow) ?? checkWith(allow.map(parseRange));
  built.set(allow, known);
  return known;
}

function checkWith(ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][]): AddressCheck {
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.parse(address);
    return isPublic(parsed) || ranges.some((range) => range[0].kind() === parsed.kind() && parsed.match(range));
  };
}

/**
 * Public is what the registries call so, and nothing that leads elsewhere: an IPv6 address that carries an IPv4 one (mapped,
 * compatible, NAT64, 6to4, Teredo) reaches the carried one on some networks, so it is refused as a whole.
 */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  // All of public IPv6 is 2000::/3; ipaddr.js counts the unassigned rest, the IPv4-compatible ::/96 too, as unicast.
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}

function parseRange(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    return ipaddr.parseCIDR(text);
  } catch {
    throw new TypeError(`"${text}" is not a range of addresses such as 10.1.0.0/16.`);
  }
}
