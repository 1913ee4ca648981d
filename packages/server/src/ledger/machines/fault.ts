/** What can be wrong with a machine as a whole, by the part that is at fault (a slot's own faults stand with the slot). */
export const machineFaults = {
  // 系统故障
  system: ['driver-board', 'clock', 'left-sensor', 'right-sensor', 'infrared', 'card-reader', 'other'],
  // 纸币器故障
  'bill-validator': ['connection', 'motor', 'cash-box-removed', 'cash-box-full', 'rom-checksum', 'sensor', 'jam', 'disabled'],
  // 硬币器故障
  'coin-changer': ['low-voltage', 'acceptor-jam', 'payout-jam', 'low-5-jiao', 'low-1-yuan', 'removed'],
  // 通讯故障, with an extension cabinet
  communication: ['cabinet-1', 'cabinet-2', 'cabinet-3', 'cabinet-4', 'cabinet-5', 'cabinet-6', 'cabinet-7', 'cabinet-8'],
} as const;

export type FaultGroup = keyof typeof machineFaults;

/** `coin-changer.low-5-jiao`; `system.other` is one that has no code of its own. */
export type FaultCode = { [G in FaultGroup]: `${G}.${(typeof machineFaults)[G][number]}` }[FaultGroup];

export const faultCodes = Object.entries(machineFaults).flatMap(([group, names]) =>
  names.map((name) => `${group}.${name}` as FaultCode),
);
