import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitPeriod } from './split-period.ts';

const at = (text: string) => new Date(`${text}Z`);

test('a period is its edges, hours, days and months', () => {
  const { edges, whole } = splitPeriod(at('2025-01-30T10:20:00'), at('2025-04-02T03:00:01'));
  const show = ({ from, to }: { from: Date; to: Date }) => `${from.toISOString().slice(0, 19)} ${to.toISOString().slice(0, 19)}`;
  expect(edges.map(show)).toEqual(['2025-01-30T10:20:00 2025-01-30T11:00:00', '2025-04-02T03:00:00 2025-04-02T03:00:01']);
  expect(whole.map((part) => `${part.grain} ${show(part)}`)).toEqual([
    'hour 2025-01-30T11:00:00 2025-01-31T00:00:00',
    'hour 2025-04-02T00:00:00 2025-04-02T03:00:00',
    'day 2025-01-31T00:00:00 2025-02-01T00:00:00',
    'day 2025-04-01T00:00:00 2025-04-02T00:00:00',
    'month 2025-02-01T00:00:00 2025-04-01T00:00:00',
  ]);
});

test('a period within an hour has nothing whole, one that ends before it begins has nothing', () => {
  expect(splitPeriod(at('2025-01-01T10:59:59'), at('2025-01-01T11:00:01')).whole).toEqual([]);
  expect(splitPeriod(at('2025-01-02T00:00:00'), at('2025-01-01T00:00:00'))).toEqual({ edges: [], whole: [] });
});

test('each moment is in exactly one part, and the edges are short', () => {
  const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000));
  fc.assert(
    fc.property(time, fc.oneof(fc.nat(100_000), fc.nat(200_000_000)), (from, length) => {
      const to = new Date(from.getTime() + length * 1000);
      const { edges, whole } = splitPeriod(from, to);
      const parts = [...edges, ...whole].sort((a, b) => a.from.getTime() - b.from.getTime());
      let reached = from.getTime();
      for (const part of parts) {
        expect(part.from.getTime()).toBe(reached);
        reached = part.to.getTime();
      }
      expect(reached).toBe(to.getTime());
      expect(edges.every((edge) => edge.to.getTime() - edge.from.getTime() < 2 * 3_600_000)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
