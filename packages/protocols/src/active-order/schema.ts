// The shapes of the open API, a file each in schema/. Everything that others may use is named here.

export * from '../shared/fields.ts';
export * from '../shared/machine-values.ts';
export * from '../shared/money.ts';
export * from '../shared/time.ts';
export * from './schema/callbacks.ts';
export * from './schema/calls.ts';
export * from './schema/deliveries.ts';
export * from './schema/machines.ts';
export * from './schema/offline.ts';
export * from './schema/omit-zero.ts';
export * from './schema/orders.ts';
export * from './schema/pickup-codes.ts';
export * from './schema/products.ts';
export * from './schema/restocking.ts';
export { MachineNo, MachineParams, NotifyUrl, PayloadEnvelope, Timestamp, TradeId } from './schema/types.ts';
export * from './schema/values.ts';
