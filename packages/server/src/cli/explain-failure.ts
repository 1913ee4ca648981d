import { type Config, ConfigError } from '../config.ts';
import { LedgerError, ledgerErrors } from '../ledger/errors.ts';

type Failure = Error & { code?: string; syscall?: string; port?: number; hostname?: string; path?: string };

/** What the operator can do about a command that failed, in a line or two; with the stack where it is a fault of ours. */
export function explainFailure(error: unknown, config: Config): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', syscall, port, path } = error as Failure;
  if (code === 'EADDRINUSE') {
    const setting = port === config.mqtt.port ? 'MQTT_PORT' : 'PORT';
    return `Port ${port} is taken. Stop what listens there, or choose another: ${setting}=${(port ?? 0) + 1} npm start`;
  }
  if (code === 'EACCES' && syscall === 'listen') return `Port ${port} may not be opened by this user; choose one above 1023.`;
  if (syscall === 'mkdir' || (path?.startsWith(config.dataFolder) && /^E(ACCES|PERM|ROFS|NOSPC|NOTDIR)$/.test(code))) {
    return `The data folder ${config.dataFolder} cannot be used (${code}). Mend it, or name another: POLYVEND_DATA=/a/folder npm start`;
  }
  if (syscall === 'connect' || syscall === 'getaddrinfo') return unreachable(error as Failure, config);
  if (/^(28|3D)/.test(code)) return `DATABASE_URL: PostgreSQL refuses: ${error.message}.`;
  if ('packet' in error || error.name === 'ErrorWithReasonCode') return `MQTT_URL: the broker refuses: ${error.message}.`;
  if (error instanceof LedgerError) return `${error.message} ${ledgerErrors[error.code].remedy}`;
  // An Error and nothing more specific was worded for people; a TypeError and its like were not.
  const worded = error instanceof ConfigError || error.name === 'MigrationError' || error.constructor === Error;
  return worded ? error.message : (error.stack ?? error.message);
}

/** Which of the two others does not answer, without the credentials in its URL. */
function unreachable({ port, hostname, message }: Failure, { database, mqtt }: Config): string {
  const ports = (text: string | undefined) => (text === undefined ? undefined : Number(new URL(text).port) || undefined);
  const isAt = (text: string | undefined) =>
    text !== undefined && (hostname === undefined ? ports(text) === port : new URL(text).hostname === hostname);
  const setting = isAt(mqtt.url) || database.url === undefined ? 'MQTT_URL' : 'DATABASE_URL';
  const what = setting === 'MQTT_URL' ? 'the broker' : 'the database';
  return `${setting}: ${what} does not answer (${message}). Start it, or correct the address.`;
}
