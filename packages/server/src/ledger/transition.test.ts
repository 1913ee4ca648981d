import { describe, expect, test } from 'vitest';
import { commandTransitions, dispenseTransitions, openStates } from './dispensing/dispense-state.ts';
import { externalCodeTransitions } from './external-codes/external-code-state.ts';
import { machineCommandTransitions } from './machine-commands/machine-command-state.ts';
import { orderTransitions } from './orders/order-state.ts';
import { pickupCodeTransitions } from './pickup-codes/pickup-code-state.ts';
import { remoteOrderTransitions } from './remote-orders/remote-order-state.ts';
import { mayBecome, move, type Transitions } from './transition.ts';

/** Rows are from, columns are to: x where one may go. */
function tableOf<State extends string>(table: Transitions<State>): string[] {
  const states = Object.keys(table) as State[];
  return states.map((from) =>
    `${from.padEnd(14)} ${states.map((to) => (mayBecome(table, from, to) ? 'x' : '.')).join(' ')}`.trimEnd(),
  );
}

describe('the life cycles', () => {
  test('an order', () => {
    // unpaid paid fetched refunded closed revoked payment_failed expired
    expect(tableOf(orderTransitions)).toEqual([
      'unpaid         . x . x x x x x',
      'paid           . . . x . . . .',
      'fetched        . . . x . . . .',
      'refunded       . . . . . . . .',
      'closed         . . . . . . . .',
      'revoked        . . . . . . . .',
      'payment_failed . . . . . . . .',
      'expired        . . . . . . . .',
    ]);
  });

  test('a unit', () => {
    // reserved queued sent held failed dispensed returned
    expect(tableOf(dispenseTransitions)).toEqual([
      'reserved       . x . . . . x',
      'queued         . . x . x . x',
      'sent           . . . x x x .',
      'held           . . . . x x .',
      'failed         . x . . . . .',
      'dispensed      . . . . . . .',
      'returned       . . . . . . .',
    ]);
  });

  test('a command', () => {
    // queued sent given_up answered cancelled
    expect(tableOf(commandTransitions)).toEqual([
      'queued         . x . . x',
      'sent           . . x x .',
      'given_up       . . . x .',
      'answered       . . . . .',
      'cancelled      . . . . .',
    ]);
  });

  test('a pickup code', () => {
    // unused taken used expired deleted
    expect(tableOf(pickupCodeTransitions)).toEqual([
      'unused         . x x x x',
      'taken          x . x x .',
      'used           . . . . .',
      'expired        . . x . .',
      'deleted        . . x . .',
    ]);
  });

  test('a code of another mall', () => {
    // claimed dispensing dispensed untold used refused released failed
    expect(tableOf(externalCodeTransitions)).toEqual([
      'claimed        . x . . . x x .',
      'dispensing     . . x . . . . x',
      'dispensed      . . . x x . . .',
      'untold         . . . . x . . .',
      'used           . . . . . . . .',
      'refused        . . . . . . . .',
      'released       . . . . . . . .',
      'failed         . . . . . . . .',
    ]);
  });

  test('an order that another platform dispenses', () => {
    // queued sent accepted unsure done cancelled
    expect(tableOf(remoteOrderTransitions)).toEqual([
      'queued         . x . . . x',
      'sent           . . x x . x',
      'accepted       . . . . x .',
      'unsure         . . x . x x',
      'done           . . . . . .',
      'cancelled      . . . . . .',
    ]);
  });

  test('what a machine is told to do beside dispensing', () => {
    // queued sent confirmed failed void
    expect(tableOf(machineCommandTransitions)).toEqual([
      'queued         . x . . x',
      'sent           . . x x .',
      'confirmed      . . . . .',
      'failed         . . . . .',
      'void           . . . . .',
    ]);
  });

  test('from every open state of a unit there is a way to an end', () => {
    const ends = new Set(['dispensed', 'returned', 'failed']);
    const leadsOut = (from: keyof typeof dispenseTransitions): boolean =>
      ends.has(from) || dispenseTransitions[from].some((next) => leadsOut(next));
    expect(openStates.filter((state) => !leadsOut(state))).toEqual([]);
  });

  test('a move that the table does not know fails where it is written', () => {
    expect(move(dispenseTransitions, ['sent', 'held'], 'dispensed')).toEqual({ from: ['sent', 'held'], to: 'dispensed' });
    expect(() => move(dispenseTransitions, ['sent', 'dispensed'], 'held')).toThrow('no way from dispensed to held');
    expect(() => move(orderTransitions, ['paid'], 'unpaid')).toThrow('no way from paid to unpaid');
  });
});
