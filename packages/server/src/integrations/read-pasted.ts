import type { PastedRequest } from '../http/workbench.ts';

/** What was pasted is no request; the message says why. */
export class PasteMistake extends Error {
  override readonly name = 'PasteMistake';
}

/** Options of curl that have a value behind them, and say nothing of what is sent. */
const skipped = new Set([
  ...[
    '-o',
    '--output',
    '-m',
    '--max-time',
    '--connect-timeout',
    '-x',
    '--proxy',
    '--cacert',
    '--cert',
    '--key',
    '-w',
    '--write-out',
  ],
  ...['--retry', '--retry-delay', '-e', '--referer', '--resolve', '--interface', '-c', '--cookie-jar', '--ciphers', '--tls-max'],
]);

const dataOptions = new Set(['-d', '--data', '--data-raw', '--data-binary', '--data-ascii', '--json', '--data-urlencode']);

/**
 * A request out of a text: a curl command as shells and browsers write it, or the text of an HTTP request, its lines and headers before its body.
 * Nothing of it is run. @throws PasteMistake
 */
export function readPasted(text: string): PastedRequest {
  const trimmed = text
    .replace(/^\uFEFF/, '')
    .replace(/^\s*\$\s+/, '')
    .trimStart();
  if (trimmed === '') throw new PasteMistake('nothing was pasted');
  return /^curl(\.exe)?\s/.test(trimmed) ? readCurl(trimmed) : readHttp(trimmed);
}

function readCurl(text: string): PastedRequest {
  const words = shellWords(text).slice(1);
  const headers: Record<string, string> = {};
  const data: string[] = [];
  let method: string | undefined;
  let url: string | undefined;
  let inQuery = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [option, inline] = optionOf(word);
    const value = (): string => inline ?? words[++at] ?? '';
    if (!word.startsWith('-')) url ??= word;
    else if (option === '-X' || option === '--request') method = value();
    else if (option === '-H' || option === '--header') addHeader(headers, value());
    else if (option === '-A' || option === '--user-agent') headers['user-agent'] = value();
    else if (option === '-b' || option === '--cookie') headers.cookie = value();
    else if (option === '--url') url = value();
    else if (option === '-G' || option === '--get') inQuery = true;
    else if (dataOptions.has(option)) {
      const given = value();
      if (given.startsWith('@') && option !== '--data-raw') throw new PasteMistake('the body is in a file: paste its text');
      if (option === '--json') headers['content-type'] ??= 'application/json';
      data.push(option === '--data-urlencode' ? encodedPair(given) : given);
    } else if (skipped.has(option) && inline === undefined) at += 1;
  }
  if (url === undefined) throw new PasteMistake('the command names no URL');
  const body = data.join('&');
  const path = pathOf(url);
  if (inQuery && body !== '')
    return { method: method ?? 'GET', url: `${path}${path.includes('?') ? '&' : '?'}${body}`, headers, body: '' };
  return { method: method ?? (data.length > 0 ? 'POST' : 'GET'), url: path, headers, body };
}

/** `--name=value` and `-Xvalue` have their value with them. */
function optionOf(word: string): [option: string, value: string | undefined] {
  const equals = /^(--[\w-]+)=(.*)$/s.exec(word);
  if (equals?.[1] !== undefined) return [equals[1], equals[2]];
  if (/^-[XHdAb]./s.test(word) && !word.startsWith('--')) return [word.slice(0, 2), word.slice(2)];
  return [word, undefined];
}

function encodedPair(text: string): string {
  const at = text.indexOf('=');
  return at < 0
    ? encodeURIComponent(text)
    : `${text.slice(0, at)}${at === 0 ? '' : '='}${encodeURIComponent(text.slice(at + 1))}`;
}

/** The words of a command, as a POSIX shell reads them: quotes of each kind, escapes, lines that go on. */
function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw new PasteMistake('a quote is not closed');
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (char === '$' && text[at + 1] === "'") {
      const [value, end] = ansiQuoted(text, at + 2);
      word = (word ?? '') + value;
      at = end;
    } else if (char === '"') {
      const [value, end] = doubleQuoted(text, at + 1);
      word = (word ?? '') + value;
      at = end;
    } else if (char === '\\' || char === '^') {
      const next = text[at + 1] ?? '';
      const ends = /^\r?\n/.exec(text.slice(at + 1, at + 3));
      if (ends) at += ends[0].length;
      else if (char === '^') word = (word ?? '') + char;
      else {
        word = (word ?? '') + next;
        at += 1;
      }
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (word === undefined && /[|;>]/.test(char)) break;
    else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function doubleQuoted(text: string, from: number): [value: string, end: number] {
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '"') return [value, at];
    if (char === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
      at += 1;
      if (text[at] !== '\n') value += text[at];
    } else value += char;
  }
  throw new PasteMistake('a quote is not closed');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function ansiQuoted(text: string, from: number): [value: string, end: number] {
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === "'") return [value, at];
    if (char !== '\\') {
      value += char;
      continue;
    }
    at += 1;
    const unicode = /^u([0-9a-fA-F]{4})/.exec(text.slice(at, at + 5))?.[1];
    if (unicode !== undefined) {
      value += String.fromCharCode(Number.parseInt(unicode, 16));
      at += 4;
    } else value += escapes[text[at] ?? ''] ?? text[at] ?? '';
  }
  throw new PasteMistake('a quote is not closed');
}

function readHttp(text: string): PastedRequest {
  const [, method, target, rest = ''] = /^([A-Z]+) +(\S+)(?: +HTTP\/[\d.]+)?[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text) ?? [];
  if (method === undefined || target === undefined) {
    throw new PasteMistake(
      'it is neither a curl command nor the text of an HTTP request, which begins like "POST /path HTTP/1.1"',
    );
  }
  const headers: Record<string, string> = {};
  let left = rest;
  while (left !== '') {
    const [whole = '', line = ''] = /^([^\r\n]*)(?:\r?\n|$)/.exec(left) ?? [];
    left = left.slice(whole.length);
    if (line.trim() === '') break;
    if (!/^[\w-]+:/.test(line)) throw new PasteMistake('between headers and body there must be an empty line');
    addHeader(headers, line);
  }
  // What an editor puts behind the end of a pasted text is none of the body, whose end is otherwise not known.
  const length = Number(headers['content-length']);
  const isExact = Number.isInteger(length) && Buffer.byteLength(left) >= length;
  return {
    method,
    url: pathOf(target),
    headers,
    body: isExact ? Buffer.from(left).subarray(0, length).toString() : left.replace(/\r?\n$/, ''),
  };
}

function addHeader(headers: Record<string, string>, line: string): void {
  const at = line.indexOf(':');
  if (at > 0) headers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim();
}

/** Path and query, without the mount of an integration. */
export function pathOf(url: string): string {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const own = path.startsWith('/') ? path : /^[?]|^$/.test(path) ? `/${path}` : path.replace(/^[^/?]*/, '') || '/';
  return own.replace(/^\/i\/[^/?]+(?=\/)/, '');
}
