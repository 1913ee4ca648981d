import { machineTypes, type ReceivedMachine } from '@polyvend/protocols/smart-vending';
import type { ForeignCabinet } from '../../../ledger/upstream/put-foreign-cabinets.ts';
import type { ForeignGoods } from '../../../ledger/upstream/put-foreign-goods.ts';
import type { ForeignSite } from '../../../ledger/upstream/put-foreign-machine.ts';

// What another platform tells of its machines, as the ledger takes it. What is empty on the wire is not told.

export const toldText = (text: string): string | undefined => (text === '' ? undefined : text);

const kinds: ReadonlyMap<number, keyof typeof machineTypes> = new Map(
  Object.entries(machineTypes).map(([kind, number]) => [number, kind as keyof typeof machineTypes]),
);
export const kindOfNumber = (number: number): ForeignCabinet['kind'] => kinds.get(number);

/** A good is known by its number or its id. */
export function toldGoods(good: { id: string; number: string; name: string; picture?: string }): ForeignGoods | undefined {
  const { id, number, name, picture = '' } = good;
  if (id === '' && number === '') return undefined;
  return {
    number: toldText(number),
    upstreamId: toldText(id),
    name: name || number || id,
    // A path means something on that platform alone.
    pictureUrl: /^https?:\/\//.test(picture) ? picture : undefined,
  };
}

/** By its name: pushes do not tell its number. */
export function toldSite(
  siteName: string,
  lineName: string,
  location?: { longitude: number; latitude: number },
): ForeignSite | undefined {
  return siteName === '' ? undefined : { name: siteName, line: toldText(lineName), ...location };
}

export function toldCabinets({ containers }: ReceivedMachine): ForeignCabinet[] | undefined {
  if (containers.length === 0) return undefined;
  return containers.map(({ cid, type, shelves }) => ({
    name: cid,
    kind: kindOfNumber(type),
    slots: shelves.map(({ locationId, goodsId, goodsName, image, price, capacity, valve }) => ({
      code: locationId,
      goods: toldGoods({ id: goodsId, number: '', name: goodsName, picture: image }),
      priceCents: price,
      capacity,
      alertThreshold: valve,
    })),
  }));
}
