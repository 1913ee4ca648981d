export { createApp } from './app.ts';
export { type Config, readConfig } from './config.ts';
export { type Hub, startHub } from './hub.ts';
