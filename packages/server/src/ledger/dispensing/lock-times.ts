export type Drive = 'spring' | 'lock' | 'belt' | 'other';

/** A machine is locked while it works: so many seconds from the command or its latest unit's answer, by the slot's drive. */
export const lockSeconds: Record<Drive, number> = { lock: 15, spring: 30, belt: 90, other: 45 };
