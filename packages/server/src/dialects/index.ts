import type { Dialect } from '../http/dialect.ts';
import { activeOrder } from './active-order/index.ts';
import { gobox } from './gobox/index.ts';
import { native } from './native/index.ts';
import { owitho } from './owitho/index.ts';
import { qianHub } from './qianhub/index.ts';
import { smartVending } from './smart-vending/index.ts';

/** Every protocol that the hub speaks. A new one is its folder and a line here. */
export const dialects: readonly Dialect[] = [activeOrder, smartVending, owitho, qianHub, gobox, native];
