import { createFleet, type FleetMachine, type FleetStats } from '@polyvend/simulator';
import { onRun } from '../kit/load.ts';

export interface ConnectFleet {
  mqttUrl: string;
  machines: FleetMachine[];
  heartbeatSeconds: number;
}

onRun<ConnectFleet, FleetStats>(async (options) => {
  const fleet = createFleet({ ...options, terse: true });
  await fleet.start();
  return fleet.stats();
});
