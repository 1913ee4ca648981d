import { inject } from 'vitest';
import { connect, type Database } from '../database/connect.ts';
import { createDatabase, dropDatabase } from './scratch-databases.ts';

export interface TestDatabase extends Database {
  url: string;
  /** Closes it and removes it. */
  drop(): Promise<void>;
}

/** A migrated database of its own, cloned from the template of global-setup.ts: one per test file is the custom. */
export async function testDatabase(): Promise<TestDatabase> {
  return open(await createDatabase(inject('databaseServerUrl'), inject('templateDatabase')));
}

/** One with nothing in it, not even the migrations. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return open(await createDatabase(inject('databaseServerUrl')));
}

function open({ url, name }: { url: string; name: string }): TestDatabase {
  const database = connect({ url, applicationName: 'polyvend test' });
  // Longer than a slow machine pauses, and than many who come at once wait for each other.
  database.pool.options.connectionTimeoutMillis = 60_000;
  const drop = async (): Promise<void> => {
    await database.close();
    await dropDatabase(inject('databaseServerUrl'), name);
  };
  return { ...database, url, drop };
}
