import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { ServerFolder } from './lay-out-folder.ts';
import { writePrivateFile } from './write-private-file.ts';

/**
 * Takes the folder for this hub alone, and returns how to let it go. Throws at once when another hub holds it.
 *
 * SQLite is used only for its file lock: the kernel drops it the moment the holder dies, so there is no stale lock to judge and
 * none to steal, and it holds between containers that share a volume, where process ids mean nothing.
 */
export function lockFolder(at: ServerFolder): () => void {
  const lock = new DatabaseSync(at.lock);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new Error(
      `${at.folder} is in use by another Polyvend${nameHolder(at.holder)}. Stop that one first, or use another data folder.`,
    );
  }
  chmodSync(at.lock, 0o600);
  writePrivateFile(at, at.holder, `${process.pid}\n`);
  return () => lock.close();
}

const SQLITE_BUSY = 5;

function nameHolder(path: string): string {
  return existsSync(path) ? ` (process ${readFileSync(path, 'utf8').trim()})` : '';
}
