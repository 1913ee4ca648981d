export * from './explain.ts';
export * from './fields.ts';
export * from './money.ts';
export * from './time.ts';
