import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { createDatabase, dropTemplate } from './scratch-databases.ts';
import { startScratchServer } from './scratch-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test databases are made and dropped. */
    databaseServerUrl: string;
    /** A migrated database, to clone. */
    templateDatabase: string;
  }
}

/** One server for the whole run, and one migration. What is returned undoes it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url: serverUrl, stop } = await startScratchServer();
  try {
    const template = await createDatabase(serverUrl);
    const dropAtExit = (): void => dropInTime(serverUrl, template.name);
    // Before the server's own handlers, since it needs the server.
    process.prependOnceListener('exit', dropAtExit);
    // Cloning is refused while anyone is connected to the template.
    const database = connect({ url: template.url, maxConnections: 1 });
    await migrate(database.pool).finally(() => database.close());
    project.provide('databaseServerUrl', serverUrl);
    project.provide('templateDatabase', template.name);
    return async () => {
      await dropTemplate(serverUrl, template.name);
      process.off('exit', dropAtExit);
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** For Ctrl-C: only a process of its own can still be waited for. On an embedded server, which goes anyway, it would be idle work. */
function dropInTime(serverUrl: string, template: string): void {
  if (!process.env.TEST_DATABASE_URL && !process.env.DATABASE_URL) return;
  const script = path.join(import.meta.dirname, 'drop-template.ts');
  spawnSync(process.execPath, [script, template], { env: { ...process.env, SERVER_URL: serverUrl }, timeout: 10_000 });
}
