/** The SQLSTATE of an error of PostgreSQL, or the code of one of the network; '' for anything else. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/**
 * The data itself cannot be stored (class 22): a NUL in a text, half a surrogate pair, a number out of range. Trying again changes
 * nothing; whoever sent it is told.
 */
export function isDataError(error: unknown): boolean {
  return /^22[0-9A-Z]{3}$/.test(codeOf(error));
}

/** The database is starting, stopping, full, too slow or out of reach, or undid what ran into others: the same may work later. */
export function isDatabaseGone(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(08|53|57|58|40|55P03)[0-9A-Z]*$/.test(code) || /^E(CONNREFUSED|CONNRESET|PIPE|NOENT|TIMEDOUT)$/.test(code)) return true;
  return error instanceof Error && /timeout exceeded when trying to connect|Connection terminated/.test(error.message);
}

/** A row of this key is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === '23505';
}
