import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from './config.ts';

/** The key of the secrets at rest: from the environment, else from the data folder, where it is made at the first start. */
export async function secretKey(given: string | undefined, dataFolder: string): Promise<Buffer> {
  if (given !== undefined) {
    const key = Buffer.from(given, /^[0-9a-f]{64}$/i.test(given) ? 'hex' : 'base64');
    if (key.length !== 32) throw new ConfigError('POLYVEND_SECRET_KEY must be 32 bytes as base64 or hex.');
    return key;
  }
  await mkdir(dataFolder, { recursive: true });
  const path = join(dataFolder, 'secret.key');
  if (!existsSync(path)) await makeKey(path);
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
  if (key.length !== 32) throw new ConfigError(`${path} does not hold a key of 32 bytes; restore it from a backup.`);
  return key;
}

/** Whole or not at all, also when two start at once: written beside, then linked to its name. */
async function makeKey(path: string): Promise<void> {
  const beside = `${path}.${process.pid}`;
  const file = await open(beside, 'w', 0o600);
  await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
  await file.sync();
  await file.close();
  try {
    await link(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(beside);
  }
}
