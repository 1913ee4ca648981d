/** What one benchmark found: a title, and rows of texts below their heads. */
export interface Report {
  title: string;
  heads: readonly string[];
  rows: readonly (readonly string[])[];
  notes?: readonly string[];
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en');
export const fixed = (value: number, digits = 2): string => value.toFixed(digits);
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

/** As a table of Markdown, which reads well at a terminal too. */
export function tableOf({ title, heads, rows, notes = [] }: Report): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, n) => (n === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(width - 1, 1))}:`)).join(' | ')} |`;
  return [`### ${title}`, '', line(heads), rule, ...rows.map(line), ...notes.flatMap((note) => ['', note])].join('\n');
}
