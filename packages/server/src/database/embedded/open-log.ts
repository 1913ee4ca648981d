import { chmodSync, closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import type { ServerFolder } from './lay-out-folder.ts';
import { giveToFolderOwner } from './write-private-file.ts';

const LARGE = 10 * 1024 * 1024;

/**
 * Opens the server's log to append to. The server is handed the open file, so it needs no right to the folder.
 * `since` reads what was written after the opening, its last 8 KB at most.
 */
export function openLog(at: ServerFolder): { fd: number; since(): string; close(): void } {
  if (existsSync(at.log) && statSync(at.log).size > LARGE) renameSync(at.log, `${at.log}.1`);
  const fd = openSync(at.log, 'a', 0o600);
  chmodSync(at.log, 0o600);
  giveToFolderOwner(at, at.log);
  const start = statSync(at.log).size;
  return { fd, since: () => readFrom(at.log, start), close: () => closeSync(fd) };
}

function readFrom(path: string, start: number): string {
  try {
    return readFileSync(path).subarray(start).subarray(-8192).toString();
  } catch {
    return ''; // it serves to explain a failure, and must not be one
  }
}
