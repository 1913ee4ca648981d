import type { Routes } from '../route.ts';
import { bookDeviceRoutes } from './book-devices.ts';
import { booksRoutes } from './books.ts';
import { commandRoutes } from './commands.ts';
import { demoRoutes } from './demo.ts';
import { firstStepRoutes } from './first-steps.ts';
import { goodsRoutes } from './goods.ts';
import { integrationRoutes } from './integrations.ts';
import { machinePastRoutes } from './machine-past.ts';
import { machineRoutes } from './machines.ts';
import { notificationRoutes } from './notifications.ts';
import { orderRoutes } from './orders.ts';
import { placeRoutes } from './places.ts';
import { planogramRoutes } from './planogram.ts';
import { posRoutes } from './pos.ts';
import { problemRoutes } from './problems.ts';
import { refillRoutes } from './refill.ts';
import { salesRoutes } from './sales.ts';
import { sessionRoutes } from './session.ts';
import { settlementRoutes } from './settlements.ts';
import { staffRoutes } from './staff.ts';
import { tradeRoutes } from './trades.ts';
import { workbenchRoutes } from './workbench.ts';

/** Every area of the API, by the heading under which the page of the API shows it. */
export const areas = {
  session: sessionRoutes,
  problems: { ...problemRoutes, ...firstStepRoutes },
  orders: orderRoutes,
  commands: commandRoutes,
  demo: demoRoutes,
  machines: { ...machineRoutes, ...machinePastRoutes },
  places: placeRoutes,
  planogram: planogramRoutes,
  goods: goodsRoutes,
  sales: { ...salesRoutes, ...tradeRoutes, ...settlementRoutes },
  books: { ...booksRoutes, ...bookDeviceRoutes, ...posRoutes },
  staff: staffRoutes,
  refill: refillRoutes,
  integrations: { ...integrationRoutes, ...workbenchRoutes },
  notifications: notificationRoutes,
} satisfies Record<string, Routes>;

type Areas = typeof areas;
type Merged<T> = (T extends unknown ? (one: T) => void : never) extends (one: infer All) => void ? All : never;

/** Every route, for the types of who calls: `Api['GET /session']`. */
export type Api = Merged<Areas[keyof Areas]>;
