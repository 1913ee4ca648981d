import { move, type Transitions } from '../transition.ts';

/** `taken`: typed at a machine, which is dispensing. When that fails the code is good again. */
export type PickupCodeState = 'unused' | 'taken' | 'used' | 'expired' | 'deleted';

export const pickupCodeTransitions: Transitions<PickupCodeState> = {
  unused: ['taken', 'used', 'expired', 'deleted'],
  taken: ['used', 'unused', 'expired'],
  used: [],
  // A machine that had it may have given the good out while it was offline.
  expired: ['used'],
  deleted: ['used'],
};

/** What the keypad does with codes. */
export const pickupCodeMoves = {
  take: move(pickupCodeTransitions, ['unused'], 'taken'),
  spend: move(pickupCodeTransitions, ['taken'], 'used'),
  restore: move(pickupCodeTransitions, ['taken'], 'unused'),
  restoreTooLate: move(pickupCodeTransitions, ['taken'], 'expired'),
  useElsewhere: move(pickupCodeTransitions, ['unused', 'expired'], 'used'),
};
