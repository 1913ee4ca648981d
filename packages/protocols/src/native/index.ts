export * from './explain.ts';
export * from './sign.ts';
