import { soundWire, type WireFaults } from '../shared/wire-faults.ts';

/** How a platform behaves. Probabilities 0 to 1, times in ms. */
export interface OwithoPlatformBehaviour {
  /** Of each callback: it is refused with 50002 though nothing is wrong with it, and not taken. */
  readonly refuseCallback: number;
  /** A notice that is not answered is sent again after `retryMs`, for `noticeMs`; then the order is asked for. */
  readonly retryMs: number;
  readonly noticeMs: number;
  /** No callback so long after a notice was taken: the order is asked for, */
  readonly callbackMs: number;
  /** and again, at first after `queryMs`, then after twice as long and so on up to a minute, */
  readonly queryMs: number;
  /** until so long after the notice. */
  readonly giveUpMs: number;
  /** On the way in: what third parties call. */
  readonly answers: WireFaults;
  /** On the way out: what calls them. */
  readonly calls: WireFaults;
}

export const fair: OwithoPlatformBehaviour = {
  refuseCallback: 0,
  retryMs: 5_000,
  noticeMs: 600_000,
  callbackMs: 60_000,
  queryMs: 5_000,
  giveUpMs: 24 * 3_600_000,
  answers: soundWire,
  calls: soundWire,
};
