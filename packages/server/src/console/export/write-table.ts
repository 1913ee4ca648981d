import { stringify } from 'csv-stringify/sync';
import writeXlsxFile from 'write-excel-file/node';
import { FileAnswer } from '../route.ts';

export const tableFormats = ['csv', 'xlsx'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Most rows of a file: so long it takes to write one, and so long the hub does nothing else. */
export const mostExported = 20_000;

/** A column: its head in the reader's language, what is in it, and where the rows have it. Money is in minor units. */
export interface TableColumn<Row> {
  head: string;
  kind: 'text' | 'count' | 'money';
  of(row: Row): string | number | null;
}

export interface Table<Row> {
  /** Of the file, without its ending. */
  name: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  /** Decimals of the currency. */
  moneyDigits: number;
}

/**
 * A table as a file. Numbers are numbers in it. A text is never read as a formula: in CSV by the sign before it that spreadsheets
 * know, in XLSX since its cell is one of text. CSV has the mark by which spreadsheets know UTF-8.
 */
export async function writeTable<Row>(
  { name, columns, rows, moneyDigits }: Table<Row>,
  format: TableFormat,
): Promise<FileAnswer> {
  const unit = 10 ** moneyDigits;
  if (format === 'csv') {
    const cells = rows.map((row) =>
      columns.map(({ kind, of }) => {
        const value = of(row);
        if (value === null) return '';
        return typeof value === 'number'
          ? kind === 'money'
            ? (value / unit).toFixed(moneyDigits)
            : String(value)
          : harmless(value);
      }),
    );
    const heads = columns.map(({ head }) => harmless(head));
    const text = stringify([heads, ...cells], { bom: true, record_delimiter: 'windows' });
    return new FileAnswer('text/csv; charset=utf-8', `${name}.csv`, Buffer.from(text));
  }
  const moneyFormat = moneyDigits === 0 ? '#,##0' : `#,##0.${'0'.repeat(moneyDigits)}`;
  const sheet = [
    columns.map(({ head }) => ({ value: head, type: String, fontWeight: 'bold' as const })),
    ...rows.map((row) =>
      columns.map(({ kind, of }) => {
        const value = of(row);
        if (value === null) return null;
        if (typeof value === 'string') return { value, type: String };
        return kind === 'money' ? { value: value / unit, type: Number, format: moneyFormat } : { value, type: Number };
      }),
    ),
  ];
  const widths = columns.map(({ kind }) => ({ width: kind === 'text' ? 24 : 14 }));
  const content = await writeXlsxFile(sheet, { columns: widths, stickyRowsCount: 1 }).toBuffer();
  return new FileAnswer('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', `${name}.xlsx`, content);
}

/** What a spreadsheet would take for a formula has the sign of a text before it. */
const harmless = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);
