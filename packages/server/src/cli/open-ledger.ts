import { join } from 'node:path';
import { ConfigError, readConfig } from '../config.ts';
import { connect } from '../database/connect.ts';
import { findEmbeddedServer } from '../database/embedded/index.ts';
import { dialects } from '../dialects/index.ts';
import { createLedger } from '../ledger/create-ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { secretKey } from '../secret-key.ts';

/** The ledger of the running hub (or of DATABASE_URL), for one command. */
export async function withLedger(work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const config = readConfig(process.env);
  const url = config.database.url ?? (await findEmbeddedServer(join(config.dataFolder, 'postgres')));
  if (url === undefined) {
    throw new ConfigError(
      `No hub runs on ${config.dataFolder}. Start it, or name the folder (POLYVEND_DATA) or the database (DATABASE_URL).`,
    );
  }
  const database = connect({ url, maxConnections: 2, applicationName: 'polyvend command' });
  try {
    const key = await secretKey(config.secretKey, config.dataFolder);
    const relayed = dialects.flatMap(({ wants }) => wants);
    await work(createLedger({ database, secretKey: key, relayed, publicUrl: config.publicUrl }));
  } finally {
    await database.close();
  }
}
