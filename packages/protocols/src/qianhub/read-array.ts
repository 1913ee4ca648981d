const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const opens = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const closes = (byte: number): boolean => byte === 0x5d || byte === 0x7d;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** What was being read is no JSON array, or broke off before its end. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer';
}

/**
 * The entries of a JSON array, each as soon as it has come: the array itself is never held. An array that breaks off throws after the
 * entries that came whole, so that what was read cannot be taken for all there is.
 * @param most bytes of one entry (8 MB).
 */
export async function* readArray(chunks: AsyncIterable<Uint8Array>, most = 8 * 1024 * 1024): AsyncGenerator<unknown, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Uint8Array[] = [];
  let size = 0;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let entries = 0;
  let ended = false;

  function keep(part: Uint8Array): void {
    size += part.length;
    if (size > most) throw new BrokenAnswer(`An entry of the array is longer than ${most} bytes.`);
    if (part.length > 0) parts.push(part);
  }

  function take(last: boolean): unknown[] {
    const bytes = Buffer.concat(parts);
    parts = [];
    size = 0;
    try {
      const text = decoder.decode(bytes);
      // `[]` has no entry; `[,]` and `[1,]` are no JSON.
      if (last && entries === 0 && text.trim() === '') return [];
      entries += 1;
      return [JSON.parse(text)];
    } catch {
      throw new BrokenAnswer(`Entry ${entries} of the array is no JSON.`);
    }
  }

  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
      } else if (depth === 0) {
        if (isBlank(byte)) continue;
        if (ended || byte !== 0x5b) throw new BrokenAnswer(ended ? 'Something follows the array.' : 'The answer is no array.');
        depth = 1;
        start = at + 1;
      } else if (byte === quote) inText = true;
      else if (opens(byte)) depth += 1;
      else if (byte === comma && depth === 1) {
        keep(chunk.subarray(start, at));
        start = at + 1;
        yield* take(false);
      } else if (closes(byte)) {
        depth -= 1;
        if (depth > 0) continue;
        if (byte !== 0x5d) throw new BrokenAnswer('The answer is no array.');
        keep(chunk.subarray(start, at));
        ended = true;
        yield* take(true);
      }
    }
    // A copy: some streams fill the same bytes again.
    if (depth > 0) keep(new Uint8Array(chunk.subarray(start)));
  }
  if (!ended) throw new BrokenAnswer('The array broke off before its end.');
}
