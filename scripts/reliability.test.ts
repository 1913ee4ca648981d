import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const page = readFileSync(path.join(root, 'docs/reliability.md'), 'utf8');
const lines = page.split('\n');

/** "- `file`: name of a test", cut short with an ellipsis where the name has a part that varies. */
const shown = lines.flatMap((line) => {
  const found = /^- `([^`]+\.ts)`: (.+?)( …)?$/.exec(line);
  return found ? [{ file: found[1] ?? '', title: found[2] ?? '', whole: found[3] === undefined }] : [];
});

it.each(shown)('docs/reliability.md names a test that is there: $file: $title', ({ file, title, whole }) => {
  expect(existsSync(path.join(root, file)), file).toBe(true);
  const text = readFileSync(path.join(root, file), 'utf8');
  const quotes = ["'", '"', '`'].filter((quote) => text.includes(`${quote}${title}${whole ? quote : ''}`));
  expect(quotes, title).not.toEqual([]);
});

it('every promise of docs/reliability.md names a test', () => {
  const promises = page.split(/^### /m).slice(1);
  expect(promises.length).toBeGreaterThan(0);
  const unshown = promises.filter((promise) => !/^- `[^`]+\.ts`: /m.test(promise)).map((promise) => promise.split('\n')[0]);
  expect(unshown).toEqual([]);
});
