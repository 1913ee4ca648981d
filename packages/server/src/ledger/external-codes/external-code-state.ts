import { move, type Transitions } from '../transition.ts';

/**
 * A code of another mall, typed at a machine of ours. `claimed`: the mall is asked. `dispensed`: it must learn of it. `untold`: it
 * could not be told, and a person has to.
 */
export type ExternalCodeState = 'claimed' | 'refused' | 'released' | 'dispensing' | 'failed' | 'dispensed' | 'used' | 'untold';

export const externalCodeTransitions: Transitions<ExternalCodeState> = {
  claimed: ['dispensing', 'refused', 'released'],
  dispensing: ['dispensed', 'failed'],
  dispensed: ['used', 'untold'],
  // Told after all, by hand.
  untold: ['used'],
  used: [],
  refused: [],
  released: [],
  failed: [],
};

export const externalCodeMoves = {
  accept: move(externalCodeTransitions, ['claimed'], 'dispensing'),
  refuse: move(externalCodeTransitions, ['claimed'], 'refused'),
  release: move(externalCodeTransitions, ['claimed'], 'released'),
  drop: move(externalCodeTransitions, ['dispensing'], 'dispensed'),
  fail: move(externalCodeTransitions, ['dispensing'], 'failed'),
  tell: move(externalCodeTransitions, ['dispensed', 'untold'], 'used'),
  giveUp: move(externalCodeTransitions, ['dispensed'], 'untold'),
};
