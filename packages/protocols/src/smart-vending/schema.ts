// The shapes of the wire, a file each in schema/. Everything that others may use is named here.

export * from '../shared/fields.ts';
export * from '../shared/money.ts';
export * from './schema/calls.ts';
export * from './schema/faults.ts';
export * from './schema/fields-of.ts';
export * from './schema/machines.ts';
export * from './schema/pay-styles.ts';
export * from './schema/pickup-codes.ts';
export * from './schema/pushes.ts';
export * from './schema/read-machine.ts';
export * from './schema/read-refill.ts';
export * from './schema/read-status.ts';
export * from './schema/read-trade.ts';
export * from './schema/refills.ts';
export * from './schema/requests.ts';
export * from './schema/statistics.ts';
export * from './schema/status.ts';
export * from './schema/trades.ts';
export { type ListEnvelope, listEnvelope } from './schema/types.ts';
export * from './schema/values.ts';
