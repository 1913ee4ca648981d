import type { Transitions } from '../transition.ts';

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

export type CommandState = 'queued' | 'sent' | 'answered' | 'given_up' | 'cancelled';

export const commandTransitions: Transitions<CommandState> = {
  queued: ['sent', 'cancelled'],
  sent: ['answered', 'given_up'],
  // The last answer may still come, late.
  given_up: ['answered'],
  answered: [],
  cancelled: [],
};
