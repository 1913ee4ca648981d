import { type DestinationStream, destination } from 'pino';
import pretty from 'pino-pretty';

/** Lines for people at a terminal, JSON for everything else. */
export function pinoPretty(): DestinationStream {
  if (!process.stdout.isTTY) return destination({ sync: true });
  return pretty({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname', sync: true });
}
