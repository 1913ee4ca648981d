// npm run schema: writes schema.txt and tables.generated.ts from the catalogs of a freshly migrated database.
// npm run schema -- --check: says what would change and fails if anything does.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '../packages/server/src/database/connect.ts';
import { migrate } from '../packages/server/src/database/migrate.ts';
import { createDatabase, dropDatabase } from '../packages/server/src/testing/scratch-databases.ts';
import { startScratchServer } from '../packages/server/src/testing/scratch-server.ts';
import { diffLines } from './schema/diff-lines.ts';
import { readCatalogs } from './schema/read-catalogs.ts';
import { renderText } from './schema/render-text.ts';
import { renderTypes } from './schema/render-types.ts';

const folder = path.join(import.meta.dirname, '../packages/server/src/database');

const files = await renderFiles();
if (process.argv.includes('--check')) await checkFiles(files);
else for (const [name, text] of files) await writeFile(path.join(folder, name), text);

async function renderFiles(): Promise<Map<string, string>> {
  const server = await startScratchServer();
  try {
    const { url, name } = await createDatabase(server.url);
    const database = connect({ url, maxConnections: 1 });
    try {
      await migrate(database.pool);
      const schema = await readCatalogs(database.pool);
      return new Map([
        ['schema.txt', renderText(schema)],
        ['tables.generated.ts', renderTypes(schema)],
      ]);
    } finally {
      await database.close();
      await dropDatabase(server.url, name);
    }
  } finally {
    await server.stop();
  }
}

async function checkFiles(expected: Map<string, string>): Promise<void> {
  for (const [name, text] of expected) {
    const found = await readFile(path.join(folder, name), 'utf8').catch(() => '');
    if (found.replaceAll('\r\n', '\n') === text) continue;
    console.error(
      `packages/server/src/database/${name} differs from what the migrations make (- file, + database); run npm run schema:`,
    );
    console.error(diffLines(found, text).join('\n'));
    process.exitCode = 1;
  }
}
