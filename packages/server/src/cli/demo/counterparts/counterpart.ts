import type { Logger } from 'pino';
import type { Hub } from '../../../hub.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { DemoFile } from '../demo-file.ts';

/** The other side of one dialect, played by the simulator while the demo runs. */
export interface Counterpart<Facts> {
  /** Its integration; what it answers is kept in demo.json. */
  create(ledger: Ledger, merchantId: number): Promise<Facts>;
  run(running: { hub: Hub; demo: DemoFile; facts: Facts; logger: Logger }): Promise<RunningCounterpart<Facts>>;
}

export interface RunningCounterpart<Facts> {
  /** As they are now: ports change. */
  facts: Facts;
  /** What it is, and commands that can be pasted. */
  description: string;
  stop(): Promise<void>;
}
