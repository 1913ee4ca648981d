import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { writeXlsxStream } from 'hucre/xlsx';

export interface SheetColumn {
  head: string;
  /** In characters. */
  width?: number;
  /** As spreadsheets write it, e.g. `#,##0.00`. */
  numberFormat?: string;
}

/** Null: an empty cell. A text stays one, whatever it looks like. */
export type SheetCell = string | number | null;

/**
 * A sheet as XLSX, written while its rows are read, so that nothing of it grows with its length; a second sheet follows where they are
 * more than one can have (1,048,576). The heads stay in view.
 */
export function writeXlsx(
  columns: readonly SheetColumn[],
  rows: Iterable<readonly SheetCell[]> | AsyncIterable<readonly SheetCell[]>,
): Readable {
  async function* clean() {
    for await (const row of rows) yield row.map((cell) => (typeof cell === 'string' ? sayable(cell) : cell));
  }
  const stream = writeXlsxStream(clean(), {
    name: 'Polyvend',
    columns: columns.map(({ head, width = 14, numberFormat }) => ({
      header: sayable(head),
      width,
      ...(numberFormat !== undefined && { numFmt: numberFormat }),
    })),
    freezePane: { rows: 1 },
  });
  // One type by two names.
  return Readable.fromWeb(stream as ReadableStream);
}

/** XML has no word for some characters that a name may have; one of them would make the whole file unreadable. */
const sayable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
