import { isIP } from 'node:net';
import { type Allow, addressCheck } from './allowed-address.ts';

export const longestUrl = 2048;

export type CheckedUrl = { ok: true; url: URL } | { ok: false; reason: string };

/**
 * What can be said of a URL without asking the DNS: http or https, at most 2048 characters, no user name or password, and no
 * address of a refused range written out. URL brings the spellings of an IPv4 address (decimal, octal, hexadecimal, short, full
 * width) into one. A name is judged when it is connected to.
 */
export function checkUrl(text: string, { allow = 'public' }: { allow?: Allow } = {}): CheckedUrl {
  if (text.length > longestUrl) return refused('longer than 2048 characters');
  const url = URL.parse(text.trim());
  if (!url) return refused('not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused('not http or https');
  if (url.username !== '' || url.password !== '') return refused('user name or password in the URL');
  const address = literalAddress(url.hostname);
  if (address !== null && !addressCheck(allow)(address)) return refused('refused address');
  return { ok: true, url };
}

/** The IP address that a URL's host name is, without brackets; null when it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

function refused(reason: string): CheckedUrl {
  return { ok: false, reason };
}
