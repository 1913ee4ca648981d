import { move, type Transitions } from '../transition.ts';

/**
 * A command's life. `sent`: marked before it is published, so that it is published once at most; `confirmed`: by what the machine told
 * afterwards; `failed`: it told nothing of the kind in time; `void`: it could not be sent in time, and is not sent any more.
 */
export type MachineCommandState = 'queued' | 'sent' | 'confirmed' | 'failed' | 'void';

export const machineCommandTransitions: Transitions<MachineCommandState> = {
  queued: ['sent', 'void'],
  sent: ['confirmed', 'failed'],
  confirmed: [],
  failed: [],
  void: [],
};

export const machineCommandMoves = {
  send: move(machineCommandTransitions, ['queued'], 'sent'),
  confirm: move(machineCommandTransitions, ['sent'], 'confirmed'),
  fail: move(machineCommandTransitions, ['sent'], 'failed'),
  giveUp: move(machineCommandTransitions, ['queued'], 'void'),
};
