import { chownSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ServerFolder } from './lay-out-folder.ts';

/** Writes a file whole or not at all, readable by its owner alone. */
export function writePrivateFile(at: ServerFolder, path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
  giveToFolderOwner(at, draft);
  renameSync(draft, path);
}

/** A single start with sudo must not leave files behind that the folder's real owner cannot open the next day. */
export function giveToFolderOwner(at: ServerFolder, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(at.folder);
  chownSync(path, uid, gid);
}
