import { move, type Transitions } from '../transition.ts';

/**
 * A paid order that another platform dispenses. `sent`: it may have been told; nobody knows whether it has heard. `accepted`: it will
 * dispense. `unsure`: it did not say so in time, and is asked. `cancelled`: nothing of it happens there.
 */
export type RemoteOrderState = 'queued' | 'sent' | 'accepted' | 'unsure' | 'done' | 'cancelled';

export const remoteOrderTransitions: Transitions<RemoteOrderState> = {
  queued: ['sent', 'cancelled'],
  sent: ['accepted', 'unsure', 'cancelled'],
  // What was accepted is never cancelled by itself: a can may fall.
  accepted: ['done'],
  unsure: ['accepted', 'done', 'cancelled'],
  done: [],
  cancelled: [],
};

export const remoteOrderMoves = {
  send: move(remoteOrderTransitions, ['queued'], 'sent'),
  accept: move(remoteOrderTransitions, ['sent', 'unsure'], 'accepted'),
  doubt: move(remoteOrderTransitions, ['sent'], 'unsure'),
  finish: move(remoteOrderTransitions, ['accepted', 'unsure'], 'done'),
  cancel: move(remoteOrderTransitions, ['queued', 'sent', 'unsure'], 'cancelled'),
};

export function isOver(state: RemoteOrderState): boolean {
  return remoteOrderTransitions[state].length === 0;
}
