const grains = ['hour', 'day', 'month'] as const;
export type Grain = (typeof grains)[number];

export interface Span {
  from: Date;
  /** Not in it. */
  to: Date;
  /** -1: to be taken off again. */
  sign: 1 | -1;
}

/** The beginning of an hour, a day or a month of UTC that is nearest to the time. */
function nearest(time: Date, grain: Grain): Date {
  const [year, month, day, hour] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate(), time.getUTCHours()];
  const [floor, next] = {
    hour: [Date.UTC(year, month, day, hour), Date.UTC(year, month, day, hour + 1)] as const,
    day: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)] as const,
    month: [Date.UTC(year, month), Date.UTC(year, month + 1)] as const,
  }[grain];
  return new Date(time.getTime() - floor <= next - time.getTime() ? floor : next);
}

/**
 * A period, its end not in it, as whole months, whole days and hours beside them, and the edges that are left. At either end the
 * nearest beginning is taken, and what it has too much is taken off again: so there are half a month of days at most, half a day of
 * hours, and half an hour of an edge; twice that where the period is no longer itself.
 */
export function splitPeriod(from: Date, to: Date): { edges: Span[]; whole: (Span & { grain: Grain })[] } {
  const edges: Span[] = [];
  const whole: (Span & { grain: Grain })[] = [];
  if (from >= to) return { edges, whole };
  let [since, until] = [from, to];
  let finer: Grain | undefined;
  const add = (one: Date, other: Date): void => {
    if (one.getTime() === other.getTime()) return;
    const span: Span = one < other ? { from: one, to: other, sign: 1 } : { from: other, to: one, sign: -1 };
    if (finer) whole.push({ ...span, grain: finer });
    else edges.push(span);
  };
  for (const grain of grains) {
    const [first, last] = [nearest(since, grain), nearest(until, grain)];
    if (first >= last) break;
    add(since, first);
    add(last, until);
    [since, until, finer] = [first, last, grain];
  }
  add(since, until);
  return { edges, whole };
}
