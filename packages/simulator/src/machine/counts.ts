import type { DropReason } from '@polyvend/protocols/machine';

/** What a machine has done since it was made. */
export interface MachineCounts {
  /** Connections that were accepted, mended breaks among them. */
  connects: number;
  heartbeats: number;
  /** Dispense and test commands that it acted on: repeats count, and so do they at the drop sensor. */
  commands: number;
  drops: number;
  /** Units that did not drop because the slot was jammed or its motor failed. */
  jams: number;
  /** Units that did not drop, whatever the reason. */
  failures: number;
  /** Answers sent, repeats and reports included. */
  answers: number;
  answersLost: number;
  /** Messages from the hub that were not acted on, by their reason: `stale`, `wrong signature`, … */
  refused: { [Reason in DropReason]?: number };
}

export const noCounts = (): MachineCounts => ({
  connects: 0,
  heartbeats: 0,
  commands: 0,
  drops: 0,
  jams: 0,
  failures: 0,
  answers: 0,
  answersLost: 0,
  refused: {},
});
