// One formatter per zone: making one costs a thousand times more than using it. Swedish because its form is the wire's.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** Whether `timeZone` is a zone of the IANA database that this Node knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatterOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/**
 * `YYYY-MM-DD HH:mm:ss` as the clocks of `timeZone` show it.
 * @throws RangeError on an unknown zone or an invalid date.
 */
export function formatTime(date: Date, timeZone: string): string {
  return formatterOf(timeZone).format(date);
}

/** `YYYY-MM-DD` in `timeZone`. */
export function formatDate(date: Date, timeZone: string): string {
  return formatTime(date, timeZone).slice(0, 10);
}

const dayMs = 86_400_000;
const timeForm = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** What a clock face says, as if it stood in UTC. undefined for a face that no clock shows: February 30th, 24:00. */
function faceAsUtc(text: string): number | undefined {
  const match = timeForm.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const face = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same =
    face.getUTCFullYear() === year &&
    face.getUTCMonth() === month - 1 &&
    face.getUTCDate() === day &&
    face.getUTCHours() === hour &&
    face.getUTCMinutes() === minute &&
    face.getUTCSeconds() === second;
  return same ? face.getTime() : undefined;
}

/** How far the clocks of `timeZone` run ahead of UTC at `instant` (a whole second), in ms. */
function offsetAt(instant: number, timeZone: string): number {
  return (faceAsUtc(formatTime(new Date(instant), timeZone)) ?? instant) - instant;
}

/**
 * Reads `YYYY-MM-DD HH:mm:ss`, `YYYY-MM-DD HH:mm` or `YYYY-MM-DD` (midnight) as a time in `timeZone`; undefined when it is none.
 * An hour that comes twice means its first coming; a time that the clocks skip is read as if they had not (2:30 becomes 3:30).
 * @throws RangeError on an unknown zone.
 */
export function parseTime(text: string, timeZone: string): Date | undefined {
  const face = faceAsUtc(text);
  if (face === undefined) return undefined;
  const before = face - offsetAt(face - dayMs, timeZone);
  if (before + offsetAt(before, timeZone) === face) return new Date(before);
  const after = face - offsetAt(face + dayMs, timeZone);
  return new Date(after + offsetAt(after, timeZone) === face ? after : before);
}
