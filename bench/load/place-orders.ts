import { basePath, headers } from '@polyvend/protocols/active-order';
import { openHttp } from '../kit/http-connection.ts';
import { onRun } from '../kit/load.ts';
import type { Park } from '../kit/park.ts';
import { orderSupply } from './order-supply.ts';
import { repeatFor, type Timed } from './rounds.ts';

export interface PlaceOrders {
  url: string;
  park: Park;
  connections: number;
  milliseconds: number;
}

/** Orders over HTTP, as a mall sends them: `connections` at once, each waiting for its answer. */
onRun<PlaceOrders, Timed>(async ({ url, park, connections, milliseconds }) => {
  const next = orderSupply(park, 'http');
  const head =
    `POST ${basePath}/orders HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\n` +
    `${headers.appId}: ${park.credentials.appId}\r\n${headers.appSecret}: ${park.credentials.appSecret}\r\ncontent-length: `;
  const opened = await Promise.all(Array.from({ length: connections }, () => openHttp(url)));
  const result = await repeatFor(
    milliseconds,
    opened.map(({ send }) => async () => {
      const { machineNo, productId, tradeId } = next();
      const body = JSON.stringify({
        machine_no: machineNo,
        products: [{ product_id: productId, quantity: 1 }],
        trade_id: tradeId,
        notify_url: 'http://127.0.0.1:9/notify',
      });
      const answer = await send(`${head}${body.length}\r\n\r\n${body}`);
      if (answer.status !== 200) throw new Error(`An order was refused: ${answer.status} ${answer.body}`);
    }),
  );
  for (const connection of opened) connection.close();
  return result;
});
