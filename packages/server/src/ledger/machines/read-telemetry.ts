import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import type { Ledger } from '../ledger.ts';
import { kept } from '../prune.ts';
import { requireMachine } from './require-machine.ts';

/** °C, per cent, and the strength of the signal in dBm. */
export const telemetryKinds = ['temperature', 'humidity', 'rssi'] as const;
export type TelemetryKind = (typeof telemetryKinds)[number];

export interface TelemetryPeriod {
  merchantId: number;
  machineId: number;
  kind: TelemetryKind;
  from: Date;
  to: Date;
}

export interface Telemetry {
  /** Seconds that a point stands for. */
  step: number;
  /** What was read within a step, from its beginning on; steps without a reading are left out. */
  points: TelemetryPoint[];
  /** What is older is not kept. */
  keptSince: Date;
}

export interface TelemetryPoint {
  at: Date;
  min: number;
  mean: number;
  max: number;
  readings: number;
}

const mostPoints = 500;

/** Seconds that divide days, or are days. */
const steps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** What a machine read of one kind over a period, in at most 500 points, however many readings there are. Refuses machine.unknown. */
export async function readTelemetry(ledger: Ledger, period: TelemetryPeriod): Promise<Telemetry> {
  const { merchantId, machineId, kind } = period;
  await requireMachine(ledger, merchantId, machineId);
  const keptSince = secondsAfter(ledger.clock.now(), -kept.telemetry);
  const from = period.from < keptSince ? keptSince : period.from;
  // One less, since the first step may begin before the period does.
  const wanted = (period.to.getTime() - from.getTime()) / 1000 / (mostPoints - 1);
  const step = steps.find((seconds) => seconds >= wanted) ?? 86_400;
  const { rows: points } = await sql<TelemetryPoint>`
    select date_bin(make_interval(secs => ${step}), at, 'epoch'::timestamptz) as at, min(value) as min, avg(value) as mean,
      max(value) as max, count(*) as readings
    from machine_telemetry
    where merchant_id = ${merchantId} and machine_id = ${machineId} and kind = ${kind} and at >= ${from} and at < ${period.to}
    group by 1 order by 1`.execute(ledger.db);
  return { step, points, keptSince };
}
