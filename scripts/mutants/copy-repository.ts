import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * A copy of what git knows or would take up, work in hand included, with the installed packages linked. The packages of the
 * workspace are those of the copy: what is taken out there must be missing everywhere.
 */
export function copyRepository(root: string, to: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of listed.toString().split('\0')) {
    // Removed, and not yet committed.
    if (file === '' || !existsSync(path.join(root, file))) continue;
    mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(to, file));
  }
  const modules = path.join(to, 'node_modules');
  mkdirSync(path.join(modules, '@polyvend'), { recursive: true });
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    // A cache of compiled code knows nothing of what is taken out.
    if (name === '@polyvend' || name.startsWith('.')) continue;
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  for (const name of readdirSync(path.join(root, 'node_modules', '@polyvend'))) {
    symlinkSync(path.join(to, 'packages', name), path.join(modules, '@polyvend', name));
  }
}
