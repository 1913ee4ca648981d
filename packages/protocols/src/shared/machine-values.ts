// Facts of the machines that show both in the open API's callbacks and in the machines' own MQTT messages.

/** `floor_status`: the state of a slot (货道). */
export const floorStatuses = { noSuchSlot: 0, normal: 1, jammed: 2, motorFault: 3, serialTimeout: 47 } as const;
export type FloorStatus = (typeof floorStatuses)[keyof typeof floorStatuses];

/** The `error_msg` of a dispense that never got an answer (our text). */
export const deliveryTimeout = 'Delivery Timeout';

/** `error_msg`: why a unit did not drop, in the words of the machines' firmware; the last is ours. */
export const dispenseErrors = [
  'Slot Invalid',
  'Load No Current',
  'Over Current',
  'Feedback Error',
  'Dlv Detect Error',
  'Goods are Stuck',
  'Slot Type Error',
  'Slave Comm Error',
  'Lift Comm Error',
  'Lift Limit Up',
  'Lift Goods',
  'Lift Limit Dw',
  'VerMo break',
  'VerMo short',
  'VerMo Encode',
  deliveryTimeout,
] as const;
export type DispenseError = (typeof dispenseErrors)[number];
