// The shapes of the owitho open platform, a file each in schema/. Everything that others may use is named here.

export * from '../shared/fields.ts';
export * from '../shared/money.ts';
export * from './schema/calls.ts';
export * from './schema/machines.ts';
export * from './schema/notices.ts';
export * from './schema/outcomes.ts';
export * from './schema/products.ts';
export { parseData } from './schema/reading.ts';
export * from './schema/split-discount.ts';
export * from './schema/tokens.ts';
export * from './schema/values.ts';
