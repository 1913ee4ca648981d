import type { Transitions } from '../transition.ts';

/** `fetched` is the order behind a pickup code: there is nothing to pay. */
export type OrderState = 'unpaid' | 'paid' | 'refunded' | 'closed' | 'revoked' | 'payment_failed' | 'expired' | 'fetched';

export const orderTransitions: Transitions<OrderState> = {
  unpaid: ['paid', 'refunded', 'closed', 'revoked', 'payment_failed', 'expired'],
  paid: ['refunded'],
  fetched: ['refunded'],
  refunded: [],
  closed: [],
  revoked: [],
  payment_failed: [],
  expired: [],
};

/** In these an order may be dispensed. */
export const payableStates = ['paid', 'fetched'] as const satisfies readonly OrderState[];
