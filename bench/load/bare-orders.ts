import pg from 'pg';
import { placeOrdersSql } from '../../packages/server/src/ledger/orders/place-order.sql.ts';
import { onRun } from '../kit/load.ts';
import type { Park } from '../kit/park.ts';
import { orderSupply } from './order-supply.ts';
import { repeatFor, type Timed } from './rounds.ts';

export interface BareOrders {
  databaseUrl: string;
  park: Park;
  connections: number;
  milliseconds: number;
}

const paymentWindowMs = 20 * 60 * 1000;

/** What the hub is measured against: the very statement it places orders with, prepared, one order per call, and nothing else. */
onRun<BareOrders, Timed>(async ({ databaseUrl, park, connections, milliseconds }) => {
  const next = orderSupply(park, 'bare');
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const result = await repeatFor(
    milliseconds,
    clients.map((client) => async () => {
      const { machineNo, productId, tradeId } = next();
      const now = new Date();
      const { rowCount } = await client.query({
        name: 'place-orders',
        text: placeOrdersSql,
        values: [
          JSON.stringify([
            {
              n: 0,
              merchant_id: park.merchantId,
              machine_no: machineNo,
              integration_id: park.integrationId,
              trade_id: tradeId,
              notify_url: 'http://127.0.0.1:9/notify',
              cause: { by: 'http', requestId: tradeId, call: 'POST /orders', raw: tradeId.padEnd(150) },
            },
          ]),
          JSON.stringify([{ n: 0, position: 0, product_id: productId, quantity: 1 }]),
          now,
          new Date(now.getTime() + paymentWindowMs),
        ],
      });
      if (rowCount !== 1) throw new Error('An order was refused.');
    }),
  );
  await Promise.all(clients.map((client) => client.end()));
  return result;
});
