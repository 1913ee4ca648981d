import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDate, formatTime, isTimeZone, parseTime } from './time.ts';

const shanghai = 'Asia/Shanghai';
const newYork = 'America/New_York';

describe('Asia/Shanghai', () => {
  test('shows times and days of the zone', () => {
    const late = new Date('2024-12-31T16:00:05.999Z');
    expect(formatTime(late, shanghai)).toBe('2025-01-01 00:00:05');
    expect(formatDate(late, shanghai)).toBe('2025-01-01');
  });

  test('reads the three forms', () => {
    expect(parseTime('2024-05-05 10:20:30', shanghai)).toEqual(new Date('2024-05-05T02:20:30Z'));
    expect(parseTime('2024-05-05 10:20', shanghai)).toEqual(new Date('2024-05-05T02:20:00Z'));
    expect(parseTime('2024-02-29', shanghai)).toEqual(new Date('2024-02-28T16:00:00Z'));
  });

  test.each([
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-01-01 24:00:00',
    '2024-01-01 10:60',
    '2024-1-1',
    '',
    'now',
    '2024-01-01T10:00:00Z',
  ])('%j is no time', (text) => expect(parseTime(text, shanghai)).toBeUndefined());
});

describe('a zone that changes its clocks', () => {
  test('winter and summer', () => {
    expect(parseTime('2024-01-15 12:00:00', newYork)).toEqual(new Date('2024-01-15T17:00:00Z'));
    expect(parseTime('2024-07-15 12:00:00', newYork)).toEqual(new Date('2024-07-15T16:00:00Z'));
    expect(formatTime(new Date('2024-07-15T04:30:00Z'), newYork)).toBe('2024-07-15 00:30:00');
  });

  test('around both changes', () => {
    expect(parseTime('2024-03-10 01:59:59', newYork)).toEqual(new Date('2024-03-10T06:59:59Z'));
    expect(parseTime('2024-03-10 03:00:00', newYork)).toEqual(new Date('2024-03-10T07:00:00Z'));
    expect(parseTime('2024-11-03 00:59:59', newYork)).toEqual(new Date('2024-11-03T04:59:59Z'));
    expect(parseTime('2024-11-03 02:00:00', newYork)).toEqual(new Date('2024-11-03T07:00:00Z'));
  });

  test('a skipped time goes on, a repeated one is the first', () => {
    const skipped = parseTime('2024-03-10 02:30:00', newYork);
    expect(skipped && formatTime(skipped, newYork)).toBe('2024-03-10 03:30:00');
    expect(parseTime('2024-11-03 01:30:00', newYork)).toEqual(new Date('2024-11-03T05:30:00Z'));
  });
});

test('what is shown is read back to the same clock face', () => {
  const dates = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, fc.constantFrom(shanghai, newYork, 'UTC', 'Australia/Lord_Howe'), (date, zone) => {
      const shown = formatTime(date, zone);
      const read = parseTime(shown, zone);
      return read !== undefined && formatTime(read, zone) === shown && Math.abs(read.getTime() - date.getTime()) <= 3_601_000;
    }),
  );
});

test('isTimeZone', () => {
  expect([shanghai, 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, false, false]);
  expect(() => formatTime(new Date(0), 'Mars/Olympus')).toThrow(RangeError);
});
