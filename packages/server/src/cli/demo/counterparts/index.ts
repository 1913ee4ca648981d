import { goboxErp } from './gobox.ts';
import { owithoPlatform } from './owitho.ts';
import { qianHubApp } from './qianhub.ts';
import { smartVendingCustomer } from './smart-vending.ts';

/** By the name of the dialect, as demo.json has it. */
export const counterparts = {
  'smart-vending': smartVendingCustomer,
  qianhub: qianHubApp,
  owitho: owithoPlatform,
  gobox: goboxErp,
} as const;

type FactsOf<C> = C extends { create(...args: never[]): Promise<infer Facts> } ? Facts : never;

export type CounterpartFacts = { [Name in keyof typeof counterparts]: FactsOf<(typeof counterparts)[Name]> };
