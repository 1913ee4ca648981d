/** The hub's own PostgreSQL: real, private to one data folder, started and stopped with the hub. */
export { findEmbeddedServer } from './find-embedded-server.ts';
export { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './start-embedded-server.ts';
