import { isServer } from './is-server.ts';
import { layOutFolder } from './lay-out-folder.ts';
import { readFacts } from './server-facts.ts';

/**
 * The URL of the embedded server running on this folder, for commands beside the hub; undefined when none runs. Throws (EACCES)
 * when this user may not know: the facts hold the password, and only the hub's user may read them.
 * @param folder the same folder that startEmbeddedServer was given
 */
export async function findEmbeddedServer(folder: string): Promise<string | undefined> {
  const at = layOutFolder(folder);
  const { pid, url } = readFacts(at);
  return pid !== undefined && isServer(pid, at) ? url : undefined;
}
