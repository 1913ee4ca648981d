/** What stays as it is: data whose keys are somebody's own, such as the body of an event. */
export class Verbatim<T> {
  readonly value: T;
  constructor(value: T) {
    this.value = value;
  }
}

type SnakeName<S extends string> = S extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeName<Rest>}`
    : `_${Lowercase<First>}${SnakeName<Rest>}`
  : S;

/** The same with the names of the wire: `machineNo` is `machine_no`, and a time its ISO text. */
export type Wire<T> = T extends Date
  ? string
  : T extends Verbatim<infer V>
    ? V
    : T extends readonly (infer E)[]
      ? Wire<E>[]
      : T extends object
        ? { [K in keyof T as K extends string ? SnakeName<K> : never]: Wire<T[K]> }
        : T;

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The code says machineNo, the wire machine_no: of objects, lists and times, however deep. */
export function toWire<T>(value: T): Wire<T> {
  return convert(value) as Wire<T>;
}

function convert(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Verbatim) return value.value;
  if (Array.isArray(value)) return value.map(convert);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [snake(name), convert(one)]));
}
