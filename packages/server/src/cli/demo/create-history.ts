import { createHash } from 'node:crypto';
import { secondsAfter } from '../../ledger/clock.ts';
import type { Cause } from '../../ledger/events/event.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { findMachine, type Machine } from '../../ledger/machines/find-machine.ts';
import { listProducts } from '../../ledger/machines/list-products.ts';
import { recordFarewell } from '../../ledger/machines/record-farewell.ts';
import { recordSignOfLife } from '../../ledger/machines/record-sign-of-life.ts';
import { tellChanges } from '../../ledger/machines/tell-changes.ts';
import { type MachineOrder, recordMachineOrders } from '../../ledger/orders/record-machine-orders.ts';
import { refillSlots } from '../../ledger/refills/refill-slots.ts';
import type { PayStyle } from '../../ledger/sales/pay-style.ts';
import { projectSales } from '../../ledger/sales/project-sales.ts';

const byDemo: Cause = { by: 'demo' };
const hour = 3_600;
const days = 15;
/** Share of a day's buyers that come in each hour of the merchant's day. */
const rhythm = [0, 0, 0, 0, 0, 0, 1, 4, 7, 5, 4, 6, 9, 7, 4, 4, 5, 6, 7, 6, 4, 3, 2, 1];
const mean = rhythm.reduce((sum, weight) => sum + weight, 0);
const styles: readonly PayStyle[] = ['wechat', 'wechat', 'wechat', 'alipay', 'alipay', 'qrcode', 'unionpay', 'cash'];
/** Of units: one in so many did not drop. */
const failing = 150;
/** Of nights: in one of so many a machine was without its network for a while. */
const dark = 4;

/**
 * Two weeks of sales at the demo's machines before its first start, told to the ledger as machines tell of what they sold by
 * themselves, refills every other morning, and nights in which one was offline: so that a newcomer sees what the pages show after a while.
 * Nobody outside is told of it.
 */
export async function createHistory(ledger: Ledger, merchantId: number, machineNos: readonly string[]): Promise<void> {
  const now = ledger.clock.now();
  // From midnight in China, where the demo's machines stand.
  const midnight = Math.floor((now.getTime() / 1000 + 8 * hour) / (24 * hour)) * 24 * hour - 8 * hour;
  for (let day = -days; day <= 0; day += 1) {
    for (const [n, machineNo] of machineNos.entries()) {
      const machine = await findMachine(ledger, merchantId, machineNo);
      const at = (seconds: number) => new Date((midnight + day * 24 * hour + seconds) * 1000);
      const opened = at(6.5 * hour);
      if (opened > now) continue;
      if (day === -days) await comeOnline(ledger, machine, at(5 * hour));
      else await passNight(ledger, machine, day, at);
      if ((day + n) % 2 === 0) await refill(silent(ledger, opened), machine);
      await sellOneDay(ledger, machine, { day, buyers: [34, 26, 7][n] ?? 10, at, until: now });
    }
  }
  for (const machineNo of machineNos) await comeOnline(ledger, await findMachine(ledger, merchantId, machineNo), now);
  const quiet = silent(ledger, now);
  while ((await projectSales(quiet)).done > 0);
}

/** The ledger as it was before that past began: when the demo's machines were put up. */
export const beforeHistory = (ledger: Ledger): Ledger =>
  silent(ledger, secondsAfter(ledger.clock.now(), -(days + 1) * 24 * hour));

/** As the ledger was at that time; what happens then is told to nobody outside. */
const silent = (ledger: Ledger, at: Date): Ledger => ({ ...ledger, clock: { now: () => at }, relayed: new Set() });

/** A sign of life: online from then on, unless it is so already. */
async function comeOnline(ledger: Ledger, { merchantId, id: machineId }: Machine, at: Date): Promise<void> {
  await recordSignOfLife(silent(ledger, at), { merchantId, machineId, receivedAt: at, saidAt: at, heartbeat: true });
  await tellChanges(silent(ledger, secondsAfter(at, 1)));
}

/** Now and then it is away for a quarter of an hour to an hour, between two and four in the morning. */
async function passNight(ledger: Ledger, machine: Machine, day: number, at: Day['at']): Promise<void> {
  const draw = (what: string) => chance(machine.machineNo, day, 'night', what);
  if (draw('dark') > 1 / dark) return;
  const gone = (2 + 2 * draw('gone')) * hour;
  const { merchantId, id: machineId } = machine;
  const farewell = { merchantId, machineId, saidAt: at(gone), reason: 'connection lost', cause: byDemo };
  await recordFarewell(silent(ledger, at(gone)), farewell);
  await tellChanges(silent(ledger, at(gone + 1)));
  await comeOnline(ledger, machine, at(gone + (0.25 + 0.75 * draw('back')) * hour));
}

async function refill(ledger: Ledger, machine: Machine): Promise<void> {
  const products = await productsOf(ledger, machine);
  const slots = products.map(({ slotId }) => ({ slotId, quantity: 'full' as const }));
  await refillSlots(ledger, { merchantId: machine.merchantId, machineId: machine.id, slots, source: 'demo', cause: byDemo });
}

interface Day {
  day: number;
  buyers: number;
  at: (seconds: number) => Date;
  until: Date;
}

async function sellOneDay(ledger: Ledger, machine: Machine, { day, buyers, at, until }: Day): Promise<void> {
  const closing = at(24 * hour - 1) < until ? at(24 * hour - 1) : until;
  const then = silent(ledger, closing);
  const left = (await productsOf(then, machine)).map((product) => ({ ...product }));
  const orders: MachineOrder[] = [];
  for (let h = 0; h < 24; h += 1) {
    const expected = (buyers * (rhythm[h] ?? 0)) / mean;
    const count = Math.floor(expected + chance(machine.machineNo, day, h));
    for (let k = 0; k < count; k += 1) {
      const draw = (what: string) => chance(machine.machineNo, day, h, k, what);
      // The last one of each is left for who tries the first sale; what holds but one is sold out now and then.
      const sellable = left.filter(({ onHand, capacity }) => onHand > Math.min(1, capacity - 1));
      // Some goods are liked better than others.
      const product = sellable[Math.floor(draw('good') ** 1.6 * sellable.length)];
      const createdAt = at(h * hour + draw('second') * hour);
      if (!product || createdAt > until) continue;
      const dispensed = draw('drop') > 1 / failing;
      if (dispensed) product.onHand -= 1;
      orders.push({
        tradeId: `demo-${machine.machineNo}-${day + days}-${h}-${k}`,
        state: dispensed ? 'paid' : 'refunded',
        amountCents: product.priceCents,
        paymentReference: '',
        payStyle: styles[Math.floor(draw('style') * styles.length)] ?? 'wechat',
        createdAt,
        paidAt: secondsAfter(createdAt, 5),
        lines: [
          {
            productId: product.productId,
            priceCents: product.priceCents,
            units: [{ dispensed, error: dispensed ? '' : 'Goods are Stuck' }],
          },
        ],
      });
    }
  }
  if (orders.length > 0) await recordMachineOrders(then, machine, orders, byDemo);
}

async function productsOf(ledger: Ledger, { merchantId, id }: Machine) {
  return (await listProducts(ledger, { merchantId, machineId: id, withEmptySlots: true })).products;
}

/** Of 0 to 1, the same for the same: two demos have the same past. */
function chance(...of: readonly (string | number)[]): number {
  return createHash('sha256').update(of.join('/')).digest().readUInt32BE(0) / 2 ** 32;
}
