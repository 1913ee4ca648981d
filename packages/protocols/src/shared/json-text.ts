// JSON as the characters that were sent, for signatures that are over those characters and not over what they mean.

/** Deeper than this is no message of a wire. */
const maxDepth = 32;

/**
 * The members of a JSON object, each value as the slice of the text that it stands in, without the white space around it. Of members
 * of the same name the last counts, as in JSON.parse.
 * @returns undefined when the text is no JSON object, or nests deeper than 32. Never throws.
 */
export function jsonMembers(text: string): Map<string, string> | undefined {
  if (!isJson(text)) return undefined; // from here on every quote, brace and colon is where it belongs
  let at = skipSpace(text, 0);
  if (text[at] !== '{') return undefined;
  const members = new Map<string, string>();
  at = skipSpace(text, at + 1);
  while (text[at] !== '}') {
    const nameEnd = skipString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = skipValue(text, start);
    if (end === undefined) return undefined;
    members.set(name, text.slice(start, end));
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return members;
}

/** The JSON text without the white space between its tokens. What stands in texts, and how numbers are written, stays. */
export function compactJson(text: string): string {
  let compact = '';
  for (let at = 0; at < text.length; ) {
    let end = at;
    while (end < text.length && !isSpace(text.charCodeAt(end))) end = text[end] === '"' ? skipString(text, end) : end + 1;
    compact += text.slice(at, end);
    at = skipSpace(text, end);
  }
  return compact;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** From a quote to behind the quote that ends it. */
function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** To behind the value that begins here; undefined when it nests too deep. */
function skipValue(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; ; ) {
    const char = text[at];
    if (char === '"') at = skipString(text, at);
    else at++;
    if (char === '{' || char === '[') {
      if (++depth >= maxDepth) return undefined;
    } else if (char === '}' || char === ']') depth--;
    if (depth > 0) continue;
    if (char === '"' || char === '}' || char === ']') return at;
    // A number or a word: it ends where the next token begins.
    while (/[\w.+-]/.test(text[at] ?? '')) at++;
    return at;
  }
}
