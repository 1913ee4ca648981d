// node drop-template.ts <template>, with SERVER_URL set: for global-setup.ts at an exit in mid-run, when it cannot wait itself.
import { dropTemplate } from './scratch-databases.ts';

await dropTemplate(process.env.SERVER_URL ?? '', process.argv[2] ?? 'no template');
