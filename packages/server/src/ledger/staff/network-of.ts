import ipaddr from 'ipaddr.js';

/** What one caller has for certain: an IPv4 address, also when it is written as IPv6, or the /64 of an IPv6 one. Of what is neither, the text. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}
