/** A machine is online from its last message on, until it says farewell or has been silent for `silence` seconds. */
export function isOnline(status: { lastSeenAt: Date | null; offlineAt: Date | null }, now: Date, silence: number): boolean {
  if (!status.lastSeenAt) return false;
  if (status.offlineAt && status.offlineAt >= status.lastSeenAt) return false;
  return now.getTime() - status.lastSeenAt.getTime() < silence * 1000;
}
