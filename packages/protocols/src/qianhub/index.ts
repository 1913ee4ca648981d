export * from './client.ts';
export * from './errors.ts';
export * from './explain.ts';
export * from './name-shop.ts';
export * from './read-array.ts';
export * from './read-record.ts';
export * from './schema.ts';
export * from './sign.ts';
