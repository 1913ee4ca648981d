import { goboxErp } from './gobox.ts';
import { owithoPlatform } from './owitho.ts';
import { owithoThirdParty } from './owitho-third-party.ts';
import { qianHubApp } from './qianhub.ts';
import { smartVendingCustomer } from './smart-vending.ts';

/** By the name of the dialect, as demo.json has it; a dialect may have a counterpart for either role. */
export const counterparts = {
  'smart-vending': smartVendingCustomer,
  qianhub: qianHubApp,
  owitho: owithoPlatform,
  'owitho-third-party': owithoThirdParty,
  gobox: goboxErp,
} as const;

type FactsOf<C> = C extends { create(...args: never[]): Promise<infer Facts> } ? Facts : never;

export type CounterpartFacts = { [Name in keyof typeof counterparts]: FactsOf<(typeof counterparts)[Name]> };
