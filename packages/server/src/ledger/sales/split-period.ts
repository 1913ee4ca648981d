const grains = ['hour', 'day', 'month'] as const;
export type Grain = (typeof grains)[number];

export interface Span {
  from: Date;
  /** Not in it. */
  to: Date;
}

/** Beginnings of the span of this grain that holds the time, and of the next, in UTC. */
function boundsOf(time: Date, grain: Grain): { floor: Date; next: Date } {
  const [year, month, day, hour] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate(), time.getUTCHours()];
  switch (grain) {
    case 'hour':
      return { floor: new Date(Date.UTC(year, month, day, hour)), next: new Date(Date.UTC(year, month, day, hour + 1)) };
    case 'day':
      return { floor: new Date(Date.UTC(year, month, day)), next: new Date(Date.UTC(year, month, day + 1)) };
    case 'month':
      return { floor: new Date(Date.UTC(year, month)), next: new Date(Date.UTC(year, month + 1)) };
  }
}

/**
 * A period, its end not in it, as whole months, the days beside them, the hours beside those, and the edges that are left: each
 * moment of it in exactly one part.
 */
export function splitPeriod(from: Date, to: Date): { edges: Span[]; whole: (Span & { grain: Grain })[] } {
  const edges: Span[] = [];
  const whole: (Span & { grain: Grain })[] = [];
  let [since, until] = [from, to];
  let finer: Grain | undefined;
  const add = (span: Span): void => {
    if (span.from >= span.to) return;
    if (finer) whole.push({ ...span, grain: finer });
    else edges.push(span);
  };
  for (const grain of grains) {
    const { floor, next } = boundsOf(since, grain);
    const first = floor.getTime() === since.getTime() ? floor : next;
    const last = boundsOf(until, grain).floor;
    if (first >= last) break;
    add({ from: since, to: first });
    add({ from: last, to: until });
    [since, until, finer] = [first, last, grain];
  }
  add({ from: since, to: until });
  return { edges, whole };
}
