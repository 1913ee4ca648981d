import pg from 'pg';
import { superuser } from './create-cluster.ts';

/** Proves by a real connection that the server answers to our password, and makes the hub's database at the first start. */
export async function openDatabase(urlOfPostgres: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOfPostgres, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [superuser]);
    if (!rowCount) await client.query(`CREATE DATABASE ${superuser}`);
  } finally {
    await client.end();
  }
}
