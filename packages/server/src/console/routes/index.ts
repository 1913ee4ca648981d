import type { Routes } from '../route.ts';
import { commandRoutes } from './commands.ts';
import { demoRoutes } from './demo.ts';
import { goodsRoutes } from './goods.ts';
import { machinePastRoutes } from './machine-past.ts';
import { machineRoutes } from './machines.ts';
import { placeRoutes } from './places.ts';
import { planogramRoutes } from './planogram.ts';
import { refillRoutes } from './refill.ts';
import { sessionRoutes } from './session.ts';
import { staffRoutes } from './staff.ts';

/** Every area of the API, by the heading under which the page of the API shows it. */
export const areas = {
  session: sessionRoutes,
  commands: commandRoutes,
  demo: demoRoutes,
  machines: { ...machineRoutes, ...machinePastRoutes },
  places: placeRoutes,
  planogram: planogramRoutes,
  goods: goodsRoutes,
  staff: staffRoutes,
  refill: refillRoutes,
} satisfies Record<string, Routes>;

type Areas = typeof areas;
type Merged<T> = (T extends unknown ? (one: T) => void : never) extends (one: infer All) => void ? All : never;

/** Every route, for the types of who calls: `Api['GET /session']`. */
export type Api = Merged<Areas[keyof Areas]>;
