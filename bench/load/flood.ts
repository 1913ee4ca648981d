import { type FloodOptions, type FloodResult, floodMessages } from '@polyvend/simulator';
import { onRun } from '../kit/load.ts';

/** JSON knows no Infinity: without a rate, as fast as they are acknowledged. */
export type Flood = Omit<FloodOptions, 'ratePerSecond'> & { ratePerSecond?: number };

onRun<Flood, FloodResult>(({ ratePerSecond = Number.POSITIVE_INFINITY, ...options }) =>
  floodMessages({ ...options, ratePerSecond }),
);
