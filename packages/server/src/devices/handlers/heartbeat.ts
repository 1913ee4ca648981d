import { type Handler, isAlive } from '../heard.ts';

export const heartbeat: Handler<'client.heartbeat'> = (heard, { network_type, network_rssi, uptime_minutes_today }) =>
  isAlive(heard, { heartbeat: true, networkType: network_type, networkRssi: network_rssi, uptimeMinutes: uptime_minutes_today });
