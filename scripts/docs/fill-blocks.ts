/** The parts of a page that are written from the code, by name: each stands between `<!-- name -->` and `<!-- /name -->`. */
export type Blocks = Readonly<Record<string, string>>;

/** The page with its blocks as the code has them now. Throws when the page has no place for one. */
export function fillBlocks(page: string, blocks: Blocks): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`The page has no place for ${name}: ${begin.trim()} … ${end.trim()}`);
    return `${text.slice(0, from + begin.length)}\n${block}\n${text.slice(to)}`;
  }, page);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
