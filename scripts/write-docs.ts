// npm run docs: writes into the pages of docs/ what they say of settings, errors, commands and metrics, from the code.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fillBlocks } from './docs/fill-blocks.ts';
import { pages } from './docs/pages.ts';

const root = path.join(import.meta.dirname, '..');

for (const [page, blocks] of Object.entries(pages)) {
  const text = await readFile(path.join(root, page), 'utf8');
  await writeFile(path.join(root, page), fillBlocks(text, blocks));
}
