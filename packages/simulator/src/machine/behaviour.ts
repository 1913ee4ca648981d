/** How a machine behaves when no script tells it. Probabilities 0..1; times in ms. */
export interface MachineBehaviour {
  /** How long one unit takes, least and most. */
  readonly dispenseMs: readonly [least: number, most: number];
  /** A unit gets stuck, and its slot with it. */
  readonly jam: number;
  /** A slot's motor fails, and stays failed. */
  readonly motorFault: number;
  /** The unit's answer is never sent (the unit drops or fails as it would have). */
  readonly loseAnswer: number;
  /** The unit's answer is sent again. */
  readonly repeatAnswer: number;
  /** The unit's answer comes `lateMs` after the unit. */
  readonly lateAnswer: number;
  readonly lateMs: number;
  /** Something that no hub can read is sent beside the answer: no base64, a forged signature, an unknown method… */
  readonly garbage: number;
  /** At a unit and at a heartbeat: the connection breaks, for `offlineMs`, without a goodbye. */
  readonly offline: number;
  readonly offlineMs: number;
  readonly duplicateHeartbeats: number;
  readonly loseHeartbeats: number;
  /** After this long a jammed or failed slot is well again, as if staff had come; Infinity: only when it is told. */
  readonly selfRepairMs: number;
  /** On connecting, tell the outcomes whose answers were lost. */
  readonly reportOnReconnect: boolean;
  /** °C, least and most. */
  readonly temperature: readonly [least: number, most: number];
}

/** Nothing ever fails. */
export const steady: MachineBehaviour = {
  dispenseMs: [800, 2_500],
  jam: 0,
  motorFault: 0,
  loseAnswer: 0,
  repeatAnswer: 0,
  lateAnswer: 0,
  lateMs: 130_000,
  garbage: 0,
  offline: 0,
  offlineMs: 5_000,
  duplicateHeartbeats: 0,
  loseHeartbeats: 0,
  selfRepairMs: Number.POSITIVE_INFINITY,
  reportOnReconnect: true,
  temperature: [3, 7],
};

/** What a fleet in the street does, a little hurried so that a demo shows something. */
export const everyday: MachineBehaviour = {
  ...steady,
  jam: 0.02,
  motorFault: 0.004,
  repeatAnswer: 0.05,
  loseAnswer: 0.005,
  lateAnswer: 0.01,
  offline: 0.01,
  duplicateHeartbeats: 0.02,
  loseHeartbeats: 0.02,
  selfRepairMs: 600_000,
};

/** Everything that can go wrong does so often. */
export const rough: MachineBehaviour = {
  ...everyday,
  dispenseMs: [50, 300],
  jam: 0.1,
  motorFault: 0.05,
  repeatAnswer: 0.3,
  loseAnswer: 0.05,
  lateAnswer: 0.1,
  lateMs: 3_000,
  garbage: 0.1,
  offline: 0.1,
  offlineMs: 1_500,
  selfRepairMs: 5_000,
};
