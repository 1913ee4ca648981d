import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { writeXlsx } from '../../spreadsheet/write-xlsx.ts';
import { FileAnswer } from '../route.ts';

export const tableFormats = ['csv', 'xlsx'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** A column: its head in the reader's language, what is in it, and where the rows have it. Money is in minor units; days and times are as a clock shows them. */
export interface TableColumn<Row> {
  head: string;
  kind: 'text' | 'day' | 'time' | 'count' | 'money';
  of(row: Row): string | number | null;
}

/** Rows by the page, as they are read. */
export type Pages<Row> = Iterable<readonly Row[]> | AsyncIterable<readonly Row[]>;

export interface Table<Row> {
  /** Of the file, without its ending. */
  name: string;
  columns: readonly TableColumn<Row>[];
  pages: Pages<Row>;
  /** Decimals of the currency. */
  moneyDigits: number;
}

/**
 * A table as a file, written while it is read, so that nothing of it grows with its length. Numbers are numbers in it, and in XLSX days
 * and times are what a spreadsheet reckons with. A text is never
 * read as a formula: in CSV by the sign before it that spreadsheets know, in XLSX since its cell is one of text. CSV has the mark by
 * which spreadsheets know UTF-8.
 */
export function writeTable<Row>(table: Table<Row>, format: TableFormat): FileAnswer {
  const { name } = table;
  if (format === 'csv') return new FileAnswer('text/csv; charset=utf-8', `${name}.csv`, Readable.from(csvOf(table)));
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return new FileAnswer(type, `${name}.xlsx`, xlsxOf(table));
}

async function* csvOf<Row>({ columns, pages, moneyDigits }: Table<Row>): AsyncGenerator<string> {
  const written = (kind: TableColumn<Row>['kind'], value: string | number | null): string => {
    if (value === null) return '';
    if (typeof value === 'string') return harmless(value);
    return kind === 'money' ? (value / 10 ** moneyDigits).toFixed(moneyDigits) : String(value);
  };
  const heads = columns.map(({ head }) => harmless(head));
  yield stringify([heads], { bom: true, record_delimiter: 'windows' });
  for await (const rows of pages) {
    const cells = rows.map((row) => columns.map(({ kind, of }) => written(kind, of(row))));
    yield stringify(cells, { record_delimiter: 'windows' });
  }
}

function xlsxOf<Row>({ columns, pages, moneyDigits }: Table<Row>): Readable {
  const moneyFormat = moneyDigits === 0 ? '#,##0' : `#,##0.${'0'.repeat(moneyDigits)}`;
  async function* rowsOf() {
    for await (const rows of pages) {
      for (const row of rows) {
        yield columns.map(({ kind, of }) => {
          const value = of(row);
          if (kind === 'money' && typeof value === 'number') return value / 10 ** moneyDigits;
          return (kind === 'day' || kind === 'time') && typeof value === 'string' ? (serialOf(value) ?? value) : value;
        });
      }
    }
  }
  const looks: Record<TableColumn<Row>['kind'], { width: number; numberFormat?: string }> = {
    text: { width: 24 },
    day: { width: 14, numberFormat: 'yyyy-mm-dd' },
    time: { width: 20, numberFormat: 'yyyy-mm-dd hh:mm:ss' },
    count: { width: 14 },
    money: { width: 14, numberFormat: moneyFormat },
  };
  const sheet = columns.map(({ head, kind }) => ({ head, ...looks[kind] }));
  return writeXlsx(sheet, rowsOf());
}

/** `YYYY-MM-DD`, or with ` HH:mm:ss`, as a spreadsheet counts: in days since 1899-12-30. Whatever else stands among them is none. */
function serialOf(face: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/.test(face)) return undefined;
  return Date.parse(`${face.replace(' ', 'T')}${face.length > 10 ? '' : 'T00:00:00'}Z`) / 86_400_000 + 25_569;
}

/** What a spreadsheet would take for a formula has the sign of a text before it. */
const harmless = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);
