/** How far a zone is ahead of UTC at a time, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(time);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return (
    Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(time / 1000) * 1000
  );
}

/** When a day (YYYY-MM-DD) begins in a zone, as ISO text. */
export function startOfDay(day: string, timeZone: string): string {
  const wall = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(wall)) return new Date(0).toISOString();
  // The offset of about then, and once more with that: a change of the clocks lies between at most.
  const about = wall - offsetAt(wall, timeZone);
  return new Date(wall - offsetAt(about, timeZone)).toISOString();
}

/** When it ends: when the next begins. */
export function endOfDay(day: string, timeZone: string): string {
  const wall = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(wall)) return new Date(0).toISOString();
  return startOfDay(new Date(wall + 86_400_000).toISOString().slice(0, 10), timeZone);
}
