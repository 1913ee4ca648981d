import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '../packages/server/src/cli/program.ts';
import { settings } from '../packages/server/src/config.ts';
import { ledgerErrors } from '../packages/server/src/ledger/errors.ts';
import { fillBlocks, table } from './docs/fill-blocks.ts';
import { pages } from './docs/pages.ts';

const read = (page: string): string => readFileSync(path.join(import.meta.dirname, '..', page), 'utf8');

describe('the pages say what the code says (npm run docs writes them)', () => {
  it.each(Object.entries(pages))('%s', (page, blocks) => {
    const text = read(page);
    expect(text).toBe(fillBlocks(text, blocks));
  });
});

/** What stands between the page's marks. */
function block(page: string, name: string): string {
  return new RegExp(`<!-- ${name} -->(.*)<!-- /${name} -->`, 's').exec(read(page))?.[1] ?? '';
}

/** The first column of a table, its back-quotes taken off. */
const firstColumn = (text: string): string[] => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell ?? '');

describe('and nothing is missing', () => {
  it('docs/configuration.md has every setting', () => {
    expect(firstColumn(block('docs/configuration.md', 'settings'))).toEqual(Object.keys(settings));
  });

  it('docs/errors.md has every error', () => {
    expect(firstColumn(block('docs/errors.md', 'catalogue'))).toEqual(Object.keys(ledgerErrors));
  });

  it('docs/cli.md has every command that polyvend --help leads to', () => {
    const described = block('docs/cli.md', 'commands');
    const leaves = program.commands.flatMap((one) =>
      one.commands.length > 0 ? one.commands.map((two) => `${one.name()} ${two.name()}`) : [one.name()],
    );
    expect([...described.matchAll(/^### polyvend (.+)$/gm)].map(([, name]) => name)).toEqual(leaves);
  });
});

describe('a page that differs', () => {
  const page = 'before\n<!-- a -->\n\nold\n\n<!-- /a -->\nafter\n';

  it('is seen', () => {
    const filled = fillBlocks(page, { a: 'new' });
    expect(filled).toBe('before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n');
    expect(fillBlocks(filled, { a: 'new' })).toBe(filled);
  });

  it('without a place for a block is refused', () => {
    expect(() => fillBlocks(page, { b: 'new' })).toThrow('no place for b');
  });

  it('keeps a bar within a cell', () => {
    expect(table(['a'], [['on|off']])).toBe('| a |\n| --- |\n| on\\|off |');
  });
});
