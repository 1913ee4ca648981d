/** A number from 0 up to, not including, 1. */
export type Random = () => number;

export type Seed = number | string;

/** FNV-1a with a last stir, so that seeds that differ little make streams that differ wholly. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A stream of its own for everything that has a name: the same seed and names give the same numbers, whatever others draw
 * meanwhile and in whatever order things happen.
 */
export const randomStream = (seed: Seed, ...names: readonly (string | number)[]): Random =>
  mulberry32(hashText([seed, ...names].join('/')));

/** A number between the two. */
export const between = (random: Random, [least, most]: readonly [number, number]): number => least + random() * (most - least);

export function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[Math.floor(random() * items.length)];
}
