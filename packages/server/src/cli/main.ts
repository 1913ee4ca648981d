import { ConfigError, readConfig } from '../config.ts';
import { program } from './program.ts';

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof ConfigError) console.error(error.message);
  else console.error((await import('./explain-failure.ts')).explainFailure(error, readConfig(process.env)));
}
