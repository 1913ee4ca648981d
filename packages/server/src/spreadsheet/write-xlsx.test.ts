import { buffer } from 'node:stream/consumers';
import { readXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { writeXlsx } from './write-xlsx.ts';

const rowsOf = async (columns: Parameters<typeof writeXlsx>[0], rows: Parameters<typeof writeXlsx>[1]) => {
  const { sheets } = await readXlsx(await buffer(writeXlsx(columns, rows)));
  return sheets[0]?.rows;
};

test('texts stay texts, numbers numbers, and nothing nothing', async () => {
  const row = ['=1+1', '006', 0.05, null, '2025-06-01', '<&"> \n可乐'];
  const heads = row.map((_, n) => ({ head: `h${n}` }));
  expect(await rowsOf(heads, [row])).toEqual([['h0', 'h1', 'h2', 'h3', 'h4', 'h5'], row]);
});

test('a character that XML cannot say is said to be one, and the file is whole', async () => {
  expect(await rowsOf([{ head: 'a\u0001' }], [['b\ud800c\u000b'], ['d\ufffe'], ['e']])).toEqual([
    ['a\ufffd'],
    ['b\ufffdc\ufffd'],
    ['d\ufffd'],
    ['e'],
  ]);
});

test('rows that cannot be read to the end are an error, not a short file', async () => {
  async function* rows() {
    yield ['a'];
    throw new Error('gone');
  }
  await expect(buffer(writeXlsx([{ head: 'h' }], rows()))).rejects.toThrow('gone');
});
