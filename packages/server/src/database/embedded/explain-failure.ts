const denied = 'permission denied';

/** The causes a host can do something about, as PostgreSQL and the system word them. */
const causes: [RegExp, string][] = [
  [/No space left on device|Disk quota exceeded/i, 'the disk is full'],
  [/Read-only file system/i, 'the disk is read-only'],
  [/Address already in use/i, 'the port is taken by another program'],
  [/Cannot allocate memory|could not map anonymous shared memory/i, 'there is not enough memory'],
  [/pre-existing shared memory block/i, 'processes of an earlier PostgreSQL on this data are still alive; stop them first'],
  [/setpriv/i, 'setpriv (of util-linux) is missing or refused'],
  [/ENOENT|required file not found/i, 'this system cannot run it (the programs are built for glibc); set DATABASE_URL instead'],
  [/Permission denied|Operation not permitted|EACCES|EPERM/i, denied],
];

/**
 * One line that says what failed and why, with the last of what PostgreSQL said below it.
 * @param output what the program or the server wrote
 * @param hint what to do about missing rights, where the caller knows
 */
export function explainFailure(what: string, output: string, hint?: string): string {
  const tail = output.trim().split('\n').slice(-8);
  const cause = causes.find(([pattern]) => pattern.test(output))?.[1] ?? 'see what it said';
  const advice = hint && (cause === denied || cause.startsWith('setpriv')) ? ` ${hint}` : '';
  return [`${what}: ${cause}.${advice}`, ...tail.map((line) => `  ${line}`)].join('\n');
}
