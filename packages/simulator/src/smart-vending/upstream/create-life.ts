import { type DeliverStatus, payStyleNumbers } from '@polyvend/protocols/smart-vending';
import type { Clock } from '../../shared/clock.ts';
import { pick, randomStream, type Seed } from '../../shared/random.ts';
import { pushOf } from './answer-call.ts';
import type { PushQueue } from './push-queue.ts';
import { refillPush, statusPush, tradePush } from './render-pushes.ts';
import { createIds, type MachineCondition, type UpstreamMachine, type UpstreamTrade } from './state.ts';

export interface SellOptions {
  readonly assetId?: string;
  readonly locationId?: string;
  /** 2, WeChat, unless told; 8 is a prize. */
  readonly payStyle?: number;
  /** Fen; the price of the goods unless told. */
  readonly price?: number;
  /** How it ends (dispensed); pending stays so until `finish`. */
  readonly outcome?: DeliverStatus;
}

export interface LifeOptions {
  readonly machines: readonly UpstreamMachine[];
  readonly trades: UpstreamTrade[];
  readonly queue: PushQueue;
  readonly seed: Seed;
  readonly clock: Clock;
}

/** What happens at the machines of an upstream platform: each thing changes its books at once and waits to be pushed. */
export function createLife({ machines, trades, queue, seed, clock }: LifeOptions) {
  const newId = createIds(randomStream(seed, 'ids'));
  const chance = randomStream(seed, 'chance');

  const machineOf = (assetId: string | undefined): UpstreamMachine => {
    const machine = assetId === undefined ? machines[0] : machines.find((one) => one.assetId === assetId);
    if (machine === undefined) throw new Error(`No machine ${assetId}`);
    return machine;
  };

  const tell = (trade: UpstreamTrade): void => queue.add(pushOf(trade), tradePush(trade));
  const tellStatus = (machine: UpstreamMachine): void => queue.add('status', statusPush(machine));

  function finish(trade: UpstreamTrade, outcome: DeliverStatus = 'dispensed'): void {
    const { shelf, machine } = trade;
    trade.deliver = outcome;
    trade.executedAt = clock.now();
    if (outcome === 'dispensed') shelf.stock--;
    tell(trade);
    if (shelf.stock > 0 || shelf.soldoutAt) return;
    shelf.soldoutAt = clock.now();
    tellStatus(machine);
  }

  /** Takes the money, then dispenses: two pushes. @throws Error when the machine is sold out. */
  function sell(what: SellOptions = {}): UpstreamTrade {
    const machine = machineOf(what.assetId);
    const shelf = machine.shelves.find(({ locationId, stock }) =>
      what.locationId === undefined ? stock > 0 : locationId === what.locationId,
    );
    if (shelf === undefined || shelf.stock === 0) throw new Error(`Nothing to sell at ${machine.assetId}`);
    const createdAt = clock.now();
    const number = String(trades.length + 1).padStart(6, '0');
    const trade: UpstreamTrade = {
      id: newId(),
      orderNo: `${createdAt.getTime()}-${number}`,
      machineTradeNo: number,
      paymentNo: `10058107${number}`,
      machine,
      shelf,
      price: what.price ?? shelf.goods.price,
      payStyle: what.payStyle ?? payStyleNumbers.wechat,
      createdAt,
      deliver: 'pending',
      executedAt: undefined,
      refund: 0,
      refundedAt: undefined,
      settled: false,
    };
    trades.push(trade);
    tell(trade);
    if (what.outcome !== 'pending') finish(trade, what.outcome);
    return trade;
  }

  /** 2, refunded, unless told: 1 refunding, 3 failed. */
  function refund(trade: UpstreamTrade, status = 2): void {
    trade.refund = status;
    trade.refundedAt = clock.now();
    tell(trade);
  }

  /** Fills every shelf and settles what was sold since the last time. */
  function refill(assetId?: string): void {
    const machine = machineOf(assetId);
    const since = trades.filter((trade) => trade.machine === machine && !trade.settled && trade.deliver !== 'pending');
    const refilled = new Map(machine.shelves.map((shelf) => [shelf.locationId, shelf.capacity - shelf.stock]));
    for (const shelf of machine.shelves) {
      shelf.stock = shelf.capacity;
      shelf.soldoutAt = undefined;
    }
    queue.add('refill', refillPush(machine, since, refilled, clock.now()));
    for (const trade of since) trade.settled = true;
    machine.refilledAt = clock.now();
  }

  function changeStatus(assetId: string | undefined, change: Partial<MachineCondition>): void {
    const machine = machineOf(assetId);
    Object.assign(machine.condition, change);
    tellStatus(machine);
  }

  /** So many things that happen at machines, by the seed: sales, prizes, failures, refunds, doors, refills. */
  function happen(times: number): void {
    for (let time = 0; time < times; time++) {
      const [what, which] = [chance(), pick(chance, machines)];
      const assetId = which?.assetId ?? machineOf(undefined).assetId;
      const trade = pick(chance, trades);
      const stocked = machineOf(assetId).shelves.filter(({ stock }) => stock > 0);
      const shelf = pick(chance, stocked);
      const payStyle = pick(chance, [2, 2, 3, 4, 7, 8, 13, 23]) ?? 2;
      if (what < 0.1 && trade && trade.deliver !== 'pending' && trade.refund === 0) refund(trade);
      else if (what < 0.2) changeStatus(assetId, { doorOpen: chance() < 0.5, coin10Count: Math.floor(chance() * 60) });
      else if (what < 0.25 || shelf === undefined) refill(assetId);
      else sell({ assetId, locationId: shelf.locationId, payStyle, outcome: chance() < 0.9 ? 'dispensed' : 'failed' });
    }
  }

  return { machineOf, sell, finish, refund, refill, changeStatus, happen };
}
