import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServerUser } from './choose-server-user.ts';

/**
 * The first thing on the way to `path` that keeps the user out, or undefined when nothing does. Judged by modes alone: lists of
 * access rights may still let the user in, and then what we do against the barrier does no harm.
 * @param need mode bits wanted of the path itself: 4 read, 1 enter or execute
 */
export function findBarrier(path: string, need: number, user: ServerUser): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : findBarrier(parent, 1, user);
  if (above) return above;
  const { mode, uid, gid } = statSync(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & need) === need ? undefined : path;
}
