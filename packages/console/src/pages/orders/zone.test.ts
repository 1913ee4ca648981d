import { expect, test } from 'vitest';
import { endOfDay, startOfDay } from './zone.ts';

test.each([
  ['2025-06-01', 'Asia/Shanghai', '2025-05-31T16:00:00.000Z', '2025-06-01T16:00:00.000Z'],
  ['2025-06-01', 'UTC', '2025-06-01T00:00:00.000Z', '2025-06-02T00:00:00.000Z'],
  // 23 hours, and 25.
  ['2025-03-30', 'Europe/Berlin', '2025-03-29T23:00:00.000Z', '2025-03-30T22:00:00.000Z'],
  ['2025-10-26', 'Europe/Berlin', '2025-10-25T22:00:00.000Z', '2025-10-26T23:00:00.000Z'],
  ['2025-12-31', 'America/New_York', '2025-12-31T05:00:00.000Z', '2026-01-01T05:00:00.000Z'],
])('%s in %s', (day, zone, start, end) => {
  expect([startOfDay(day, zone), endOfDay(day, zone)]).toEqual([start, end]);
});

test('what is no day is long ago', () => {
  expect(startOfDay('soon', 'UTC')).toBe('1970-01-01T00:00:00.000Z');
});
