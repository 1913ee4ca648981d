import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Span, splitPeriod } from './split-period.ts';

const at = (text: string) => new Date(`${text}Z`);
const show = ({ from, to, sign }: Span) =>
  `${sign > 0 ? '+' : '-'} ${from.toISOString().slice(0, 19)} ${to.toISOString().slice(0, 19)}`;

test('a period is its edges, hours, days and months, and what is taken off again', () => {
  const { edges, whole } = splitPeriod(at('2025-01-30T10:40:00'), at('2025-04-02T03:10:01'));
  expect(edges.map(show)).toEqual(['+ 2025-01-30T10:40:00 2025-01-30T11:00:00', '+ 2025-04-02T03:00:00 2025-04-02T03:10:01']);
  expect(whole.map((part) => `${part.grain} ${show(part)}`)).toEqual([
    'hour - 2025-01-30T00:00:00 2025-01-30T11:00:00',
    'hour + 2025-04-02T00:00:00 2025-04-02T03:00:00',
    'day + 2025-01-30T00:00:00 2025-02-01T00:00:00',
    'day + 2025-04-01T00:00:00 2025-04-02T00:00:00',
    'month + 2025-02-01T00:00:00 2025-04-01T00:00:00',
  ]);
});

test('a short period has nothing whole, one that ends before it begins has nothing', () => {
  expect(splitPeriod(at('2025-01-01T10:59:59'), at('2025-01-01T11:00:01')).whole).toEqual([]);
  expect(splitPeriod(at('2025-01-02T00:00:00'), at('2025-01-01T00:00:00'))).toEqual({ edges: [], whole: [] });
});

test('each moment within counts once, each without not at all, and little is left over', () => {
  const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000));
  fc.assert(
    fc.property(time, fc.oneof(fc.nat(100_000), fc.nat(200_000_000)), (from, length) => {
      const to = new Date(from.getTime() + length * 1000);
      const { edges, whole } = splitPeriod(from, to);
      const parts = [...edges, ...whole];
      const timesOf = (moment: number) =>
        parts
          .filter((part) => part.from.getTime() <= moment && moment < part.to.getTime())
          .reduce((sum, { sign }) => sum + sign, 0);
      // What holds at each bound and right before it holds everywhere.
      for (const bound of [from, to, ...parts.flatMap((part) => [part.from, part.to])].map((one) => one.getTime())) {
        for (const moment of [bound - 1, bound]) {
          expect(timesOf(moment)).toBe(moment >= from.getTime() && moment < to.getTime() ? 1 : 0);
        }
      }
      const hoursOf = (spans: readonly Span[]) => spans.map((part) => (part.to.getTime() - part.from.getTime()) / 3_600_000);
      expect(Math.max(0, ...hoursOf(edges))).toBeLessThanOrEqual(1);
      expect(Math.max(0, ...hoursOf(whole.filter(({ grain }) => grain === 'hour')))).toBeLessThanOrEqual(24);
      expect(Math.max(0, ...hoursOf(whole.filter(({ grain }) => grain === 'day')))).toBeLessThanOrEqual(31 * 24);
    }),
    { numRuns: 2_000 },
  );
});
