export const serverName = 'polyvend';

/** For a small hub: its own machine, a few processes, and money in it. */
const defaults: Record<string, string> = {
  shared_buffers: '128MB',
  max_connections: '100',
  // Money: what was answered as done must survive a power cut.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  jit: 'off', // compiling pays only for queries far longer than ours
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  // Without this, DETAIL lines copy the values of refused rows into the log.
  log_error_verbosity: 'terse',
};

/** Settings a caller may not change: by these the hub finds its server again. */
const fixed = ['cluster_name', 'unix_socket_directories', 'data_directory', 'logging_collector'];

/** The server's settings as words of its command line. `settings` wins over the defaults. */
export function wordSettings(settings: Record<string, string>, port: number, socketFolder: string): string[] {
  const refused = Object.keys(settings).find((name) => fixed.includes(name) || !/^[a-z_.]+$/i.test(name));
  if (refused) throw new Error(`The setting ${refused} of the embedded PostgreSQL cannot be changed.`);
  const all = {
    listen_addresses: '127.0.0.1',
    ...defaults,
    ...settings,
    port: String(port),
    unix_socket_directories: socketFolder,
    cluster_name: serverName,
  };
  return [...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
