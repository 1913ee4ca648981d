import pg from 'pg';

/**
 * PostgreSQL's -infinity and infinity as dates, since no Date is infinite: the first is before, the second after every time
 * that will ever be met, and both can be written back (as these very times: write the word 'infinity' to keep it infinite).
 */
export const distantPast = new Date(Date.UTC(-4711, 0, 1));
export const distantFuture = new Date(8.64e15);

const int8 = 20;
const int8Array = 1016;
const timestamptz = 1184;
const timestamptzArray = 1185;

type Parser = (text: string) => unknown;

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`The bigint ${text} from the database is beyond 2^53 and would lose digits.`);
  return value;
}

function parseTimestamptz(text: string): Date {
  if (text === '-infinity') return new Date(distantPast);
  if (text === 'infinity') return new Date(distantFuture);
  return readTimestamptz(text) as Date;
}

const builtin = (oid: number): Parser => pg.types.getTypeParser(oid, 'text') as Parser;
const readTimestamptz = builtin(timestamptz);
const readTextArray = builtin(1009);

function parseEach(parse: Parser): Parser {
  return (text) => (readTextArray(text) as (string | null)[]).map((item) => (item === null ? null : parse(item)));
}

const ours = new Map<number, Parser>([
  [int8, parseInt8 as Parser],
  [int8Array, parseEach(parseInt8)],
  [timestamptz, parseTimestamptz],
  [timestamptzArray, parseEach(parseTimestamptz)],
]);

/**
 * For one pool or client, not pg's global table: bigint is a number (an error beyond 2^53), timestamptz a Date. A sum() of
 * bigint is numeric to PostgreSQL, which stays text here: cast it (`sum(x)::bigint`).
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : ours.get(oid)) ??
    pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};
