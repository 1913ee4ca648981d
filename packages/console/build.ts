import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

const root = import.meta.dirname;
const dist = join(root, 'dist');
/** Of the server's the page takes words and types; what types are is nothing to the build. */
const sources = [
  'src/**/*',
  'public/**/*',
  'index.html',
  'vite.config.ts',
  'build.ts',
  'component-styles.ts',
  'package.json',
  '../server/src/console/words/*',
];
const stampFile = join(dist, '.stamp');

/** Builds the page where it is missing or older than its source; true when it was built now. */
export async function buildConsole({ quiet = true } = {}): Promise<boolean> {
  const stamp = stampOf();
  if ((await stampOfBuilt()) === stamp) return false;
  // Beside the old one, which is served until the new one is whole; two who build at once each have a folder of their own.
  const fresh = `${dist}.${process.pid}`;
  // Vite goes by it, whatever the mode: tests have another, and would be given React's slow half.
  const { NODE_ENV: before } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: join(root, 'vite.config.ts'),
      mode: 'production',
      logLevel: quiet ? 'error' : 'info',
      build: { outDir: fresh, emptyOutDir: true },
    });
    await compressAll(fresh);
    await writeFile(join(fresh, '.stamp'), stamp);
    // Who was there first may serve it already: it is not taken away from under them.
    if ((await stampOfBuilt()) === stamp) return true;
    await rm(dist, { recursive: true, force: true });
    await rename(fresh, dist).catch(async (error: NodeJS.ErrnoException) => {
      // Somebody else was there first, with the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
    await rm(fresh, { recursive: true, force: true });
  }
  return true;
}

const stampOfBuilt = (): Promise<string> => readFile(stampFile, 'utf8').catch(() => '');

function stampOf(): string {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .sort()) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Once, and as small as can be: what is served is served often. */
async function compressAll(folder: string): Promise<void> {
  for (const name of globSync('assets/**/*.{js,css,svg}', { cwd: folder })) {
    const path = join(folder, name);
    const bytes = await readFile(path);
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    await writeFile(`${path}.br`, await brotli(bytes, { params }));
    await writeFile(`${path}.gz`, await zip(bytes, { level: 9 }));
  }
}

if (import.meta.main) {
  const built = await buildConsole({ quiet: false });
  console.log(built ? 'The console is built.' : 'The console is built already.');
}
