import type { Fields } from '@polyvend/protocols/smart-vending';
import { type PushName, readMachinePush, readRefillPush, readStatusPush, readTradePush } from '@polyvend/protocols/smart-vending';
import { InboundDelay } from '../../../inbound/index.ts';
import type { Cause } from '../../../ledger/events/event.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { putForeignTrades } from '../../../ledger/sales/put-foreign-trades.ts';
import { findForeignMachines } from '../../../ledger/upstream/find-foreign-machines.ts';
import { putForeignGoods } from '../../../ledger/upstream/put-foreign-goods.ts';
import { type ForeignSite, putForeignMachine } from '../../../ledger/upstream/put-foreign-machine.ts';
import { recordForeignSettlement } from '../../../ledger/upstream/record-foreign-settlement.ts';
import { recordForeignStatus } from '../../../ledger/upstream/record-foreign-status.ts';
import { customerSettings } from '../integration.ts';
import { toldCabinets, toldGoods, toldSite } from '../map/told-machine.ts';
import { toldRefill } from '../map/told-refill.ts';
import { toldStatus } from '../map/told-status.ts';
import { type ToldTrade, toldTrade } from '../map/told-trade.ts';

/** Something that another platform told, by a push or an answer. */
export interface Told {
  ledger: Ledger;
  integration: Integration;
  /** When it came. */
  saidAt: Date;
  /** How often it could not be taken; undefined for what we asked for. */
  attempts?: number;
  cause: Cause;
}

export const upstreamOf = ({ integration }: Pick<Told, 'integration'>) => ({
  merchantId: integration.merchant.id,
  upstreamIntegrationId: integration.id,
});

/** How each push is taken into the ledger. Fields that are wrong throw FieldError. */
export const takers: Readonly<Record<PushName, (told: Told, params: Fields) => Promise<unknown>>> = {
  machine: takeMachine,
  trade: (told, params) => takeTrades(told, [readTradePush(params)]),
  prize: (told, params) => takeTrades(told, [readTradePush(params)]),
  status: takeStatus,
  refill: takeRefill,
};

async function takeMachine(told: Told, params: Fields): Promise<void> {
  const machine = readMachinePush(params);
  const { assetId, name, siteName, lineName, location } = machine;
  await putForeignMachine(told.ledger, {
    ...upstreamOf(told),
    machineNo: assetId,
    name: name === '' ? undefined : name,
    site: toldSite(siteName, lineName, location),
    cabinets: toldCabinets(machine),
    saidAt: told.saidAt,
    cause: told.cause,
  });
}

/** Several of one order and shelf must come together, in their order: see identifyForeignTrades. `askedAt` for those of a list. */
export async function takeTrades(told: Told, trades: readonly ToldTrade[], askedAt?: Date): Promise<void> {
  const of = upstreamOf(told);
  const machineIds = await machinesOf(
    told,
    trades.map(({ assetId }) => ({ assetId })),
  );
  const goods = trades.map(({ goodsId, goodsNumber, goodsName }) =>
    toldGoods({ id: goodsId, number: goodsNumber, name: goodsName }),
  );
  const named = goods.flatMap((good) => good ?? []);
  const ids = await putForeignGoods(told.ledger, of, named);
  const idOf = new Map(named.map((good, n) => [good, ids[n]]));
  const { payNumbers } = customerSettings(told.integration);
  const drafts = trades.flatMap((trade, n) => {
    const machineId = machineIds.get(trade.assetId);
    const good = goods[n];
    return machineId === undefined
      ? []
      : [toldTrade(trade, { machineId, goodsId: good && idOf.get(good) }, { payNumbers, askedAt })];
  });
  await putForeignTrades(told.ledger, of, drafts, told.cause);
}

async function takeStatus(told: Told, params: Fields): Promise<void> {
  const status = readStatusPush(params);
  const { assetId, siteName, lineName } = status;
  await machinesOf(told, [{ assetId, site: toldSite(siteName, lineName) }]);
  const { saidAt } = told;
  const { invertDoor } = customerSettings(told.integration);
  await recordForeignStatus(told.ledger, {
    ...upstreamOf(told),
    machineNo: assetId,
    saidAt,
    ...toldStatus(status, { invertDoor }),
  });
}

export async function takeRefill(told: Told, params: Fields): Promise<void> {
  await recordForeignSettlement(told.ledger, { ...upstreamOf(told), ...toldRefill(readRefillPush(params)), cause: told.cause });
}

/** So often a push waits for the platform to tell of its machine, where it is asked. */
const patience = 3;

/** Ids of the machines; of one that nobody told of the platform is asked first, and when that does not help it is made of what is known. */
async function machinesOf(
  told: Told,
  machines: readonly { assetId: string; site?: ForeignSite | undefined }[],
): Promise<Map<string, number>> {
  const of = upstreamOf(told);
  const known = await findForeignMachines(
    told.ledger,
    of,
    machines.map(({ assetId }) => assetId),
  );
  const isAsked = customerSettings(told.integration).baseUrl !== '';
  for (const { assetId, site } of machines) {
    if (known.has(assetId)) continue;
    if (isAsked && told.attempts !== undefined && told.attempts < patience) {
      throw new InboundDelay(`machine ${assetId} is not known yet`);
    }
    known.set(assetId, await putForeignMachine(told.ledger, { ...of, machineNo: assetId, site, cause: told.cause }));
  }
  return known;
}
