import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineKind } from '@polyvend/simulator';
import type { CounterpartFacts } from './counterparts/index.ts';

/** What the demo prints, for scripts: demo.json in the data folder. */
export interface DemoFile {
  baseUrl: string;
  mqttUrl: string;
  /** Where the demo's mall takes callbacks. */
  notifyUrl: string;
  merchant: { id: number; name: string };
  /** Those of a demo that an older version made may be missing: they are made at its next start. */
  integrations: { 'active-order': { appId: string; appSecret: string; appKey: string } } & Partial<CounterpartFacts>;
  machines: DemoMachineFacts[];
  /** Whom the console lets in; of a demo that an older version made it is made at its next start. */
  console?: { login: string; password: string };
}

export interface DemoMachineFacts {
  machineNo: string;
  kind: MachineKind;
  slots: number;
  /** How the machine signs in at the broker; it signs its messages with the AppId. */
  mqtt: { username: string; password: string };
}

const pathOf = (dataFolder: string) => join(dataFolder, 'demo.json');

export async function readDemoFile(dataFolder: string): Promise<DemoFile | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(dataFolder), 'utf8')) as DemoFile;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** It holds credentials: for its owner alone. */
export async function writeDemoFile(dataFolder: string, demo: DemoFile): Promise<void> {
  const path = pathOf(dataFolder);
  await writeFile(`${path}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
