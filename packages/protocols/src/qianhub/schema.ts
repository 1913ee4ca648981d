// The shapes of the gateway, a file each in schema/. Everything that others may use is named here.

export * from '../shared/fields.ts';
export * from '../shared/time.ts';
export * from './schema/bill.ts';
export * from './schema/dictionaries.ts';
export * from './schema/gateway.ts';
export * from './schema/statistic.ts';
export * from './schema/take-out.ts';
export { fenOf, yuanOf } from './schema/values.ts';
