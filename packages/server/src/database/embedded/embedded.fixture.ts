/** A hub that does nothing but hold an embedded server, to be killed by the tests: node embedded.fixture.ts FOLDER */
import { startEmbeddedServer } from './index.ts';

const [folder = ''] = process.argv.slice(2);
const { url, pid } = await startEmbeddedServer({ folder, log: () => {} });
console.log(JSON.stringify({ url, pid }));
setInterval(() => {}, 60_000);
