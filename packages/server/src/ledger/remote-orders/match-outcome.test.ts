import { describe, expect, test } from 'vitest';
import type { DispenseState } from '../dispensing/dispense-state.ts';
import { LedgerError } from '../errors.ts';
import { matchOutcome } from './match-outcome.ts';
import type { RemoteUnit } from './remote-units.ts';

/** Units `slot price state`, all of one good. */
const units = (...texts: string[]): RemoteUnit[] =>
  texts.map((text, n) => {
    const [slot = '', price, state = 'sent'] = text.split(' ');
    return {
      id: n + 1,
      slotId: 1,
      slot,
      goods: 'cola',
      priceCents: Number(price),
      state: state as DispenseState,
      refundId: null,
    };
  });

/** `1+` a can of slot 1 dropped, `1-` it did not. */
const match = (of: RemoteUnit[], told: string, complete = true): string => {
  const rows = told
    .split(' ')
    .filter(Boolean)
    .map((row) => ({ slot: row.slice(0, -1), goods: 'cola', dispensed: row.endsWith('+') }));
  try {
    return matchOutcome(of, rows, complete)
      .map(({ unit, dispensed }) => `${unit.id}${dispensed ? '+' : '-'}`)
      .join(' ');
  } catch (error) {
    return error instanceof LedgerError ? error.code : String(error);
  }
};

describe('which unit a row is about', () => {
  test('the n-th of a slot and good, whatever stands between', () => {
    expect(match(units('1 167', '1 167', '1 166', '2 200'), '1- 2+ 1+ 1-')).toBe('1- 2+ 3- 4+');
  });

  test('of units of one price, one that is known to have ended so, else one that is open', () => {
    expect(match(units('1 200 dispensed', '1 200', '1 200'), '1- 1+ 1+')).toBe('2- 1+ 3+');
    expect(match(units('1 200 failed', '1 200'), '1+', false)).toBe('2+');
    expect(match(units('1 200 failed', '1 200 dispensed'), '1+ 1+')).toBe('2+ 1+');
  });

  test('of units of several prices, none before all are told of', () => {
    expect(match(units('1 167', '1 166', '2 200'), '1+ 2-', false)).toBe('3-');
    expect(match(units('1 167', '1 166'), '1+ 1-', false)).toBe('1+ 2-');
  });

  test('rows that do not fit are refused: too many, too few where all are told, other slots, other goods', () => {
    expect(match(units('1 200'), '1+ 1+', false)).toBe('outcome.unfit');
    expect(match(units('1 200', '1 200'), '1+')).toBe('outcome.unfit');
    expect(match(units('1 200'), '2+', false)).toBe('outcome.unfit');
    expect(match(units('1 200'), '')).toBe('outcome.unfit');
    expect(match(units('1 200'), '', false)).toBe('');
    expect(() => matchOutcome(units('1 200'), [{ slot: '1', goods: 'tea', dispensed: true }], true)).toThrow('slot 1 good tea');
  });
});
