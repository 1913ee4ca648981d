import { describe, expect, it } from 'vitest';
import { nextAttempt, readRetryAfter } from './schedule.ts';

const createdAt = new Date('2025-06-01T00:00:00Z');
const at = (seconds: number): Date => new Date(createdAt.getTime() + seconds * 1000);
const hour = 3600;
const day = 24 * hour;

describe('nextAttempt', () => {
  it.each([
    [1, 1],
    [2, 5],
    [3, 15],
    [4, 60],
    [5, 300],
    [6, 900],
    [7, hour],
    [8, 3 * hour],
    [9, 3 * hour],
    [40, 3 * hour],
  ])('after attempt %i waits %i s', (attempt, seconds) => {
    expect(nextAttempt({ now: at(10), createdAt, attempt, retryAfter: null, random: 0.5 })).toEqual(at(10 + seconds));
  });

  it.each([
    [0, 48],
    [0.5, 60],
    [1, 72],
  ])('spreads by a fifth: random %d, %d s', (random, seconds) => {
    expect(nextAttempt({ now: at(0), createdAt, attempt: 4, retryAfter: null, random })).toEqual(at(seconds));
  });

  it.each([
    ['lengthens', 120, 120],
    ['does not shorten', 2, 60],
    ['is honoured up to six hours', 10 * day, 6 * hour],
  ])('Retry-After %s', (_, retryAfter, seconds) => {
    expect(nextAttempt({ now: at(0), createdAt, attempt: 4, retryAfter, random: 0.5 })).toEqual(at(seconds));
  });

  it('gives up at three days, and not before', () => {
    const late = { createdAt, attempt: 30, retryAfter: null, random: 0.5 };
    expect(nextAttempt({ ...late, now: at(3 * day - 1) })).toEqual(at(3 * day - 1 + 3 * hour));
    expect(nextAttempt({ ...late, now: at(3 * day) })).toBeNull();
  });

  it('makes about thirty attempts in all', () => {
    let [attempts, now]: [number, Date | null] = [0, createdAt];
    while (now) {
      attempts += 1;
      now = nextAttempt({ now, createdAt, attempt: attempts, retryAfter: null, random: 0.5 });
    }
    expect(attempts).toBe(32);
  });
});

describe('readRetryAfter', () => {
  it.each([
    ['120', 120],
    [' 7 ', 7],
    ['0', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [undefined, null],
    ['99999999999999999999', null],
    ['Sun, 01 Jun 2025 00:02:00 GMT', 120],
    ['Sunday, 01-Jun-25 00:02:00 GMT', 120],
    ['Sun Jun  1 00:02:00 2025', 120],
    ['Sat, 31 May 2025 23:59:00 GMT', null],
    ['2025-06-01T00:02:00Z', null],
  ])('%s: %s', (header, seconds) => {
    expect(readRetryAfter(header, createdAt)).toBe(seconds);
  });
});
