import { encodePush, type PushName, pushes } from '@polyvend/protocols/smart-vending';
import { createUpstreamPlatform, type UpstreamPlatform, type UpstreamPlatformOptions } from '@polyvend/simulator';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { integrationOf } from '../../packages/server/src/dialects/smart-vending/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { listMachineOverviews } from '../../packages/server/src/ledger/machines/list-machine-overviews.ts';
import { listTrades } from '../../packages/server/src/ledger/sales/list-trades.ts';
import { payStyles } from '../../packages/server/src/ledger/sales/pay-style.ts';
import { salesStatistic } from '../../packages/server/src/ledger/sales/sales-statistic.ts';
import type { TestClock } from '../../packages/server/src/testing/clock.ts';

export const credentials = { clientId: 'a-customer', key: 'what both sign with' };

/** Where a hub takes each push. */
export const pushUrlsOf = (url: string): Record<PushName, string> =>
  Object.fromEntries(Object.keys(pushes).map((name) => [name, `${url}/smart-vending/push/${name}`])) as Record<PushName, string>;

export const openUpstream = (clock: TestClock, options: Partial<UpstreamPlatformOptions> = {}): Promise<UpstreamPlatform> =>
  createUpstreamPlatform({ ...credentials, clock, timeoutMs: 60_000, ...options });

/** The hub becomes a customer of the platform; without `baseUrl` it never asks. Answers the integration's id. */
export async function becomeCustomer(ledger: Ledger, merchantId: number, settings: Record<string, unknown>): Promise<number> {
  const draft = integrationOf(credentials, 'customer');
  return await createIntegration(ledger, { ...draft, merchantId, name: 'upstream', settings });
}

export const push = async (url: string, name: PushName, body: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`${url}/smart-vending/push/${name}`, { method: 'POST', body });
  return { status: answer.status, text: await answer.text() };
};
export const signed = (fields: object, key = credentials.key): string => encodePush(fields, { ...credentials, key });

const seconds = (date: Date | null | undefined): number | null => (date ? Math.floor(date.getTime() / 1000) : null);

/** What the platform's own books say, in the ledger's words. */
export function booksOf(upstream: UpstreamPlatform) {
  const trades = upstream.trades.map((trade) => ({
    orderNo: trade.orderNo,
    machineNo: trade.machine.assetId,
    slotName: `${trade.machine.assetId}:${trade.shelf.locationId}`,
    goodsNumber: trade.shelf.goods.number,
    goodsName: trade.shelf.goods.name,
    priceCents: trade.price,
    payStyle: payStyles[trade.payStyle - 1],
    payStatus: 'paid',
    paymentReference: trade.paymentNo,
    deliverState: trade.deliver === 'soldOut' ? 'sold-out' : trade.deliver,
    executedAt: seconds(trade.executedAt),
    refundState: ['none', 'refunding', 'refunded', 'failed'][trade.refund],
    refundCents: trade.refund === 0 ? 0 : trade.price,
    refundedAt: trade.refund === 0 ? null : seconds(trade.refundedAt),
    createdAt: seconds(trade.createdAt),
  }));
  const counting = upstream.trades.filter(({ deliver, refund }) => deliver === 'dispensed' && refund !== 1 && refund !== 2);
  const statistic = upstream.machines.map(({ assetId }) => {
    const of = counting.filter(({ machine }) => machine.assetId === assetId);
    return { machineNo: assetId, units: of.length, amountCents: of.reduce((sum, { price }) => sum + price, 0) };
  });
  const machines = upstream.machines.map((machine) => ({
    machineNo: machine.assetId,
    name: machine.name,
    online: machine.condition.online,
    site: {
      name: machine.site.name,
      address: machine.site.address,
      lineName: machine.line.name,
      areaName: machine.line.areaName,
      lineDescription: machine.line.description,
    },
    slots: machine.shelves.map((shelf) => ({
      code: shelf.locationId,
      goodsNumber: shelf.goods.number,
      goodsName: shelf.goods.name,
      priceCents: shelf.goods.price,
      capacity: shelf.capacity,
      onHand: shelf.stock,
      soldOut: shelf.soldoutAt !== undefined,
    })),
  }));
  return { trades: byOrder(trades), statistic, machines };
}

const byOrder = <T extends { orderNo: string }>(rows: T[]): T[] => rows.sort((a, b) => a.orderNo.localeCompare(b.orderNo));

/** The same out of the ledger. */
export async function ledgerBooks(ledger: Ledger, merchantId: number) {
  const { trades } = await listTrades(ledger, merchantId, {}, { cursor: 0, limit: 100_000 });
  const all = await listMachineOverviews(ledger, { merchantId });
  const foreign = all.machines
    .filter(({ upstreamIntegrationId }) => upstreamIntegrationId !== null)
    .sort((a, b) => a.machineNo.localeCompare(b.machineNo));
  const rows = await salesStatistic(ledger, {
    merchantId,
    machineIds: foreign.map(({ id }) => id),
    from: new Date(0),
    to: new Date('2100-01-01'),
  });
  return {
    trades: byOrder(
      trades.map((trade) => ({
        orderNo: trade.orderNo,
        machineNo: trade.machineNo,
        slotName: trade.slotName,
        goodsNumber: trade.goodsNumber,
        goodsName: trade.goodsName,
        priceCents: trade.priceCents,
        payStyle: trade.payStyle,
        payStatus: trade.payStatus,
        paymentReference: trade.paymentReference,
        deliverState: trade.deliverState,
        executedAt: seconds(trade.executedAt),
        refundState: trade.refundState,
        refundCents: trade.refundCents,
        refundedAt: seconds(trade.refundedAt),
        createdAt: seconds(trade.createdAt),
      })),
    ),
    statistic: foreign.map(({ id, machineNo }) => {
      const row = rows.find(({ machineId }) => machineId === id);
      return { machineNo, units: row?.units ?? 0, amountCents: row?.amountCents ?? 0 };
    }),
    machines: foreign.map(({ machineNo, name, online, site, cabinets }) => ({
      machineNo,
      name,
      online,
      site: site && {
        name: site.name,
        address: site.address,
        lineName: site.lineName,
        areaName: site.areaName,
        lineDescription: site.lineDescription,
      },
      slots: cabinets
        .flatMap(({ slots }) => slots)
        .map((slot) => ({
          code: slot.code,
          goodsNumber: slot.goods?.number,
          goodsName: slot.goods?.name,
          priceCents: slot.priceCents,
          capacity: slot.capacity,
          onHand: slot.onHand,
          soldOut: slot.soldOutAt !== null,
        })),
    })),
  };
}

export async function expectSameBooks(ledger: Ledger, merchantId: number, upstream: UpstreamPlatform): Promise<void> {
  expect(await ledgerBooks(ledger, merchantId)).toEqual(booksOf(upstream));
}

/** Messages by their state. */
export async function messageStates(ledger: Ledger): Promise<Record<string, number>> {
  const { rows } = await sql<{ state: string; n: number }>`
    select state, count(*)::int as n from inbound_messages group by state`.execute(ledger.db);
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}
