import { expect, test } from 'vitest';
import { cabinetOfTemplate } from './layout-template.ts';

const template = { name: 'A', addr: 1, drive: 'spring' as const, capacity: 10 };
const named = (rows: number, columns: number) => cabinetOfTemplate({ ...template, rows, columns }).slots;

test('slots are named by row and column, from A11 on, with their code on the wire', () => {
  expect(named(2, 3).map(({ name, code, x, y }) => [name, code, x, y])).toEqual([
    ['A11', '010', 1, 0],
    ['A12', '011', 1, 1],
    ['A13', '012', 1, 2],
    ['A21', '020', 2, 0],
    ['A22', '021', 2, 1],
    ['A23', '022', 2, 2],
  ]);
  expect(named(1, 1)[0]).toMatchObject({ capacity: 10, alertThreshold: 2 });
});

test('no two are named alike, however many there are', () => {
  for (const [rows, columns] of [
    [20, 20],
    [9, 10],
    [10, 9],
    [9, 9],
  ] as const) {
    const slots = named(rows, columns);
    expect(new Set(slots.map(({ name }) => name)).size).toBe(rows * columns);
    expect(new Set(slots.map(({ code }) => code)).size).toBe(rows * columns);
  }
  expect(named(10, 2)[0]).toMatchObject({ name: 'A0101', code: '0100' });
});
