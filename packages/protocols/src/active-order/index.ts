export * from './client.ts';
export * from './errors.ts';
export * from './explain.ts';
export * from './schema.ts';
export * from './sign.ts';
