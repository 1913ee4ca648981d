import type { Routes } from '../route.ts';
import { sessionRoutes } from './session.ts';
import { staffRoutes } from './staff.ts';

/** Every area of the API, by the heading under which the page of the API shows it. */
export const areas = {
  session: sessionRoutes,
  staff: staffRoutes,
} satisfies Record<string, Routes>;

type Areas = typeof areas;
type Merged<T> = (T extends unknown ? (one: T) => void : never) extends (one: infer All) => void ? All : never;

/** Every route, for the types of who calls: `Api['GET /session']`. */
export type Api = Merged<Areas[keyof Areas]>;
