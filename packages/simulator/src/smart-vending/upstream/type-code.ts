import { mayServe, type PickupCodeClient, payStyleNumbers, SmartVendingError } from '@polyvend/protocols/smart-vending';
import type { createLife } from './create-life.ts';
import type { UpstreamTrade } from './state.ts';

/** How a pickup code that was typed at a machine ended. */
export interface TypedCode {
  /** unknown: no answer to the check. unused: dispensed, but the mall did not take the use. */
  readonly result: 'served' | 'refused' | 'sold-out' | 'unknown' | 'unused';
  readonly trade?: UpstreamTrade;
  /** Uses that were asked. */
  readonly uses: number;
  /** Why it was refused. */
  readonly error?: Error;
}

export interface TypeCodeOptions {
  readonly assetId?: string;
  /** How often the use is asked at most (3). */
  readonly attempts?: number;
  /** Asks the use once more although it succeeded. */
  readonly useAgain?: boolean;
}

/** Somebody types a pickup code of the mall: check, dispense, use. */
export async function typeCode(
  mall: PickupCodeClient,
  { machineOf, sell }: Pick<ReturnType<typeof createLife>, 'machineOf' | 'sell'>,
  code: string,
  { assetId, attempts = 3, useAgain = false }: TypeCodeOptions,
): Promise<TypedCode> {
  const machine = machineOf(assetId);
  let goodsNum: string;
  try {
    const checked = await mall.check({ code, assetId: machine.assetId });
    if (!mayServe(checked)) return { result: 'refused', uses: 0 };
    goodsNum = checked.goodsNum;
  } catch (error) {
    if (error instanceof SmartVendingError) return { result: 'refused', uses: 0, error };
    return { result: 'unknown', uses: 0 };
  }
  const shelf = machine.shelves.find(({ goods: { number }, stock }) => stock > 0 && (goodsNum === '' || number === goodsNum));
  if (shelf === undefined) return { result: 'sold-out', uses: 0 };
  const trade = sell({ assetId: machine.assetId, locationId: shelf.locationId, payStyle: payStyleNumbers.pickupCode });
  for (let uses = 1; uses <= attempts; uses++) {
    const used = await mall.use({ code }).then(
      () => true,
      () => false,
    );
    if (!used) continue;
    if (useAgain) await mall.use({ code });
    return { result: 'served', trade, uses: useAgain ? uses + 1 : uses };
  }
  return { result: 'unused', trade, uses: attempts };
}
