import { readFileSync, writeFileSync } from 'node:fs';

/** Puts each table, with what it comes from, between its markers in the page; nothing else is touched. */
export function writeFigures(file: string, about: string, tables: Readonly<Record<string, string>>): void {
  let page = readFileSync(file, 'utf8');
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
    const from = page.indexOf(begin);
    const to = page.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}: ${begin} … ${end}`);
    page = `${page.slice(0, from + begin.length)}\n\n${table}\n\n${about}\n\n${page.slice(to)}`;
  }
  writeFileSync(file, page);
}
