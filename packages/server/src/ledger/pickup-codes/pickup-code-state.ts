import type { Transitions } from '../transition.ts';

export type PickupCodeState = 'unused' | 'used' | 'expired' | 'deleted';

export const pickupCodeTransitions: Transitions<PickupCodeState> = {
  unused: ['used', 'expired', 'deleted'],
  // A machine that had it may have given the good out while it was offline.
  expired: ['used'],
  deleted: ['used'],
  used: [],
};
