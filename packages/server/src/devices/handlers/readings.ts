import { type Handler, isAlive } from '../heard.ts';

export const temperature: Handler<'client.temperature.put'> = (heard, body) => isAlive(heard, { temperature: body.temperature });

export const humidity: Handler<'client.humidity.put'> = (heard, body) => isAlive(heard, { humidity: body.humidity });
