import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/gobox.json' with { type: 'json' };
import { orderBody, orderStatuses, readOrder, readRange, readWeek, totalCents, yuanNumber } from './index.ts';

const zone = 'Asia/Shanghai';

describe('orders', () => {
  test.each(vectors.orders)('$name', ({ body, timeZone, read }) => {
    const order = readOrder(body, timeZone);
    expect(JSON.parse(JSON.stringify({ ...order, totalCents: totalCents(order.products) }))).toEqual(read);
    expect(readOrder(orderBody(order, timeZone), timeZone)).toEqual(order);
  });

  test.each(vectors.refused)('$field $reason', ({ change, field, reason }) => {
    const [good] = vectors.orders;
    const body = { ...good?.body, ...change };
    expect(() => readOrder(body, zone)).toThrow(`${field} ${reason}`);
  });

  test('every status of the document, and no other', () => {
    const [good] = vectors.orders;
    const known = Array.from({ length: 200 }, (_, n) => n).filter((status) => {
      try {
        return readOrder({ ...good?.body, status }, zone).status === status;
      } catch {
        return false;
      }
    });
    expect(known).toEqual(Object.keys(orderStatuses).map(Number));
    expect(known).toEqual([100, 101, 102, 103, 104, 105, 107, 109, 110]);
  });

  test('sums of amounts are exact, and what is written is what was read', () => {
    const products = Array.from({ length: 10 }, () => ({ barcode: '1', name: '', num: 1, amount: 0.1, cost: 0.7 }));
    const order = readOrder({ ...vectors.orders[0]?.body, products }, zone);
    expect(totalCents(order.products)).toBe(100);
    expect(yuanNumber(totalCents(order.products))).toBe(1);
    for (const cents of [0, 1, 29, 57, 115, 1005, 99_999_999_999]) expect(Math.round(yuanNumber(cents) * 100)).toBe(cents);
  });
});

describe('ranges of time', () => {
  test.each([
    [{ start_date: '2025-06-01' }, '2025-05-31T16:00:00.000Z', undefined],
    [{ end_date: '2025-06-01' }, undefined, '2025-06-01T16:00:00.000Z'],
    [{ start_date: '2025-06-01', end_date: '2025-06-01' }, '2025-05-31T16:00:00.000Z', '2025-06-01T16:00:00.000Z'],
    [{ end_date: '2025-06-01 10:00:00' }, undefined, '2025-06-01T02:00:01.000Z'],
    [{ end_date: '2025-06-01 10:00' }, undefined, '2025-06-01T02:01:00.000Z'],
    [{ start_date: '', end_date: null }, undefined, undefined],
  ])('%j', (query, from, before) => {
    const range = readRange(query, zone);
    expect([range.from?.toISOString(), range.before?.toISOString()]).toEqual([from, before]);
  });

  test.each([
    ['2025-06-01', '2025-06-07', true],
    ['2025-06-01', '2025-06-08', false],
    ['2025-06-01 12:00:00', '2025-06-08 11:59:59', true],
    ['2025-06-01 12:00:00', '2025-06-08 12:00:00', false],
  ])('a week from %s to %s: %s', (start_date, end_date, fits) => {
    const read = () => readWeek({ start_date, end_date }, zone);
    if (fits) expect(read()).toBeDefined();
    else expect(read).toThrow('end_date must be at most 7 days after start_date');
  });

  test('a week in which the clocks change is a week', () => {
    for (const [start_date, end_date] of [
      ['2025-10-20', '2025-10-26'],
      ['2025-03-24', '2025-03-30'],
    ]) {
      expect(readWeek({ start_date, end_date }, 'Europe/Berlin')).toBeDefined();
    }
  });

  test.each([
    [{ start_date: '2025-02-30' }, /^start_date must be/],
    [{ start_date: '0001-01-01' }, /^start_date must be/],
    [{ start_date: ['2025-06-01'] }, /^start_date must be a text/],
    [{ start_date: '2025-06-02', end_date: '2025-06-01' }, /^end_date must not be before/],
  ])('%j is refused', (query, reason) => {
    expect(() => readRange(query, zone)).toThrow(reason);
  });
});
