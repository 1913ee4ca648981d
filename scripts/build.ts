import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildConsole } from '../packages/console/build.ts';

// What is published is JavaScript: Node strips no types below node_modules. Each package is built into its dist/, which is complete
// with a package.json of its own (`npm publish packages/protocols/dist`). In the repository everything runs from the source.

const packages = ['protocols', 'simulator', 'server'];
/** Beside code: what the code reads at run time, and what npm shows. */
const alongside = ['src/**/*.sql', 'src/**/README.md', 'README.md', 'bin/*', 'vectors/*'];

for (const name of packages) {
  const folder = join('packages', name);
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const project = join(folder, 'tsconfig.build.json');
  writeFileSync(
    project,
    JSON.stringify({
      extends: '../../tsconfig.build.json',
      compilerOptions: { rootDir: '.', outDir: 'dist' },
      include: ['src'],
      exclude: ['**/*.test.ts', '**/*.fixture.ts', '**/testing/**', '**/test-kit.ts'],
    }),
  );
  try {
    execFileSync('tsc', ['-p', project], { stdio: 'inherit' });
  } finally {
    rmSync(project);
  }
  for (const file of globSync(alongside, { cwd: folder })) cpSync(join(folder, file), join(dist, file));
  if (existsSync('LICENSE')) cpSync('LICENSE', join(dist, 'LICENSE'));
  writeFileSync(join(dist, 'package.json'), publishedManifest(join(folder, 'package.json')));
  console.log(`${dist} is built`);
}

// The page goes along with the server that serves it.
await buildConsole();
cpSync(join('packages', 'console', 'dist'), join('packages', 'server', 'dist', 'page'), { recursive: true });

/** The package's own, with the sources it names turned into what they were built to. */
function publishedManifest(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/"(\.\/src\/[^"]+)\.ts"/g, '"$1.js"');
}
