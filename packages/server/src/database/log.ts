/** What this folder says, and to whom: any pino logger fits. */
export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: DatabaseLog = { info: () => {}, warn: () => {}, error: () => {} };
