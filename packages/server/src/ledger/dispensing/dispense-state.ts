import { move, type Transitions } from '../transition.ts';

/**
 * One unit's life. `held`: sent, and nobody knows what became of it; its stock stays reserved until a late answer, a
 * count at the slot or a person decides. It is never sent again by itself.
 */
export type DispenseState = 'reserved' | 'queued' | 'sent' | 'dispensed' | 'failed' | 'returned' | 'held';

export const dispenseTransitions: Transitions<DispenseState> = {
  reserved: ['queued', 'returned'],
  queued: ['sent', 'returned', 'failed'],
  sent: ['dispensed', 'failed', 'held'],
  held: ['dispensed', 'failed'],
  // Dispensing again after a definite failure reserves anew.
  failed: ['queued'],
  dispensed: [],
  returned: [],
};

/** In these a unit of an order keeps its stock reserved. */
export const openStates = ['reserved', 'queued', 'sent', 'held'] as const satisfies readonly DispenseState[];

/** What the operations do with units. */
export const unitMoves = {
  queue: move(dispenseTransitions, ['reserved', 'failed'], 'queued'),
  send: move(dispenseTransitions, ['queued'], 'sent'),
  drop: move(dispenseTransitions, ['sent', 'held'], 'dispensed'),
  fail: move(dispenseTransitions, ['sent', 'held'], 'failed'),
  giveUp: move(dispenseTransitions, ['sent'], 'held'),
  /** Never sent, and nobody waits any more. */
  drain: move(dispenseTransitions, ['queued'], 'failed'),
  giveBack: move(dispenseTransitions, ['reserved', 'queued'], 'returned'),
};

export type CommandState = 'queued' | 'sent' | 'answered' | 'given_up' | 'cancelled';

export const commandTransitions: Transitions<CommandState> = {
  queued: ['sent', 'cancelled'],
  sent: ['answered', 'given_up'],
  // The last answer may still come, late.
  given_up: ['answered'],
  answered: [],
  cancelled: [],
};

export const commandMoves = {
  send: move(commandTransitions, ['queued'], 'sent'),
  finish: move(commandTransitions, ['sent', 'given_up'], 'answered'),
  giveUp: move(commandTransitions, ['sent'], 'given_up'),
  cancel: move(commandTransitions, ['queued'], 'cancelled'),
};
