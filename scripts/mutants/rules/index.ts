import type { Mutant } from '../mutant.ts';
import { books } from './books.ts';
import { channels } from './channels.ts';
import { consoleRoom } from './console.ts';
import { dispensing } from './dispensing.ts';
import { machines } from './machines.ts';
import { makingGood } from './making-good.ts';
import { notifications } from './notifications.ts';
import { ordersAndStock } from './orders-and-stock.ts';
import { owitho } from './owitho.ts';
import { pickupCodes } from './pickup-codes.ts';
import { pos } from './pos.ts';
import { remoteOrders } from './remote-orders.ts';
import { sales } from './sales.ts';
import { smartVending } from './smart-vending.ts';
import { tenantsAndCredentials } from './tenants-and-credentials.ts';
import { visits } from './visits.ts';

/** The rules on which trust rests. A rule whose going none of its tests catches is one that nobody would see go. */
export const rules: readonly Mutant[] = [
  ...ordersAndStock,
  ...pickupCodes,
  ...dispensing,
  ...makingGood,
  ...machines,
  ...visits,
  ...sales,
  ...channels,
  ...remoteOrders,
  ...notifications,
  ...tenantsAndCredentials,
  ...smartVending,
  ...owitho,
  ...pos,
  ...books,
  ...consoleRoom,
];
