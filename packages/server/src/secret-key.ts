import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
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
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await file.sync();
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
  if (key.length !== 32) throw new ConfigError(`${path} does not hold a key of 32 bytes; restore it from a backup.`);
  return key;
}
