import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * npm packages cannot hold symbolic links, so the PostgreSQL package lists its libraries' links in a file and makes them in its
 * install script. Where scripts were not allowed to run (npm install --ignore-scripts), we make them here.
 * @param home the package's `native` folder
 */
export function restoreLibraryLinks(home: string): void {
  const list = join(home, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(home, '..', target); // the list's paths start with native/
    if (existsSync(link)) continue;
    makeLink(basename(source), link);
  }
}

function makeLink(source: string, link: string): void {
  try {
    symlinkSync(source, link); // both lie in one folder: a relative link survives the folder's move
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && existsSync(link)) return; // another process was quicker
    throw new Error(
      `PostgreSQL's libraries lack their links and ${dirname(link)} cannot be written (${code}). ` +
        'Run npm rebuild as the owner of node_modules.',
    );
  }
}
