export type MachineCommandKind = 'restart' | 'shutdown' | 'refresh' | 'configure' | 'clear-fault';

/** Settings that a machine can be told to take over, by the names that it reports them under. */
export const settingNames = ['price_digits', 'language', 'idle_timeout', 'payment_wait_timeout', 'brightness', 'volume'] as const;
export type SettingName = (typeof settingNames)[number];
/** Whole numbers (timeouts in seconds, brightness and volume in per cent), and the language as text, "zh-CN". */
export type MachineSettings = { [Name in SettingName]?: (Name extends 'language' ? string : number) | undefined };

/** What a machine tells of itself, and a command may be confirmed by. */
export type MachineWordKind = 'boot' | 'farewell' | 'configuration' | 'slot';

export interface MachineCommandRule {
  /** It moves something: sent only to a machine that does nothing else, which does nothing else until it has failed; worth nothing when it is late. */
  acts: boolean;
  /** Seconds that it waits for a machine that is offline or at work. */
  waits: number;
  /** Seconds from sending within which the machine's word is expected. */
  answersWithin: number;
  confirmedBy: MachineWordKind;
}

const day = 86_400;

/** Nothing starts again a day after it was told to; what harms at no time waits for a machine that is away. */
export const machineCommandRules: Record<MachineCommandKind, MachineCommandRule> = {
  // Starting again takes a minute or two, and the broker may have kept the command for as long.
  restart: { acts: true, waits: 120, answersWithin: 300, confirmedBy: 'boot' },
  shutdown: { acts: true, waits: 120, answersWithin: 180, confirmedBy: 'farewell' },
  // It fetches everything anew, and tells its slots then: that is all there is to know it by.
  refresh: { acts: false, waits: 600, answersWithin: 120, confirmedBy: 'slot' },
  configure: { acts: false, waits: 7 * day, answersWithin: 300, confirmedBy: 'configuration' },
  'clear-fault': { acts: false, waits: 30 * day, answersWithin: 120, confirmedBy: 'slot' },
};

/** Those that move something. */
export const actingKinds = (Object.keys(machineCommandRules) as MachineCommandKind[]).filter(
  (kind) => machineCommandRules[kind].acts,
);

/** Why a command failed or is void: nothing was heard, the machine reported other settings, the slot is still at fault, it was never there. */
export type MachineCommandReason = 'silent' | 'differs' | 'still-faulty' | 'unreachable';
