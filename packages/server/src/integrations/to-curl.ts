import type { BuiltRequest } from '../http/workbench.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as a command for a POSIX shell. */
export function toCurl({ method, url, headers, body }: BuiltRequest, base: string): string {
  const lines = [`curl -X ${method} ${quoted(base + url)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== '') lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(' \\\n  ');
}
