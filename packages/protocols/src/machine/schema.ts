// The messages of the machines, a file each way in schema/. Everything that others may use is named here.

export * from '../shared/fields.ts';
export * from '../shared/machine-values.ts';
export * from './schema/from-machine.ts';
export * from './schema/header.ts';
export { type BodyOf, commonFields, type Field, type Message } from './schema/message.ts';
export * from './schema/to-machine.ts';
export * from './schema/values.ts';
