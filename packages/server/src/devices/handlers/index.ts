import type { FromMachineMethod } from '@polyvend/protocols/machine';
import type { Handler } from '../heard.ts';
import { deliveryResponse } from './delivery-response.ts';
import { configuration, environment, traffic } from './facts.ts';
import { goodsSlug } from './goods.ts';
import { heartbeat } from './heartbeat.ts';
import { offline } from './offline.ts';
import { pickupCodeTyped, pickupCodeUsed } from './pickup-code.ts';
import { humidity, temperature } from './readings.ts';
import { restock } from './restock.ts';
import { sale } from './sale.ts';
import { channelStatus, doorLock, product } from './slots.ts';
import { status } from './status.ts';

/** One handler for each kind of message, or this does not compile. */
export const handlers: { readonly [M in FromMachineMethod]: Handler<M> } = {
  'client.heartbeat': heartbeat,
  'client.offline': offline,
  'client.temperature.put': temperature,
  'client.humidity.put': humidity,
  'client.machine.env.put': environment,
  'client.product.put': product,
  'client.product.restock': restock,
  'client.channel.status.put': channelStatus,
  'client.doorlock.status': doorLock,
  'client.machine.config.put': configuration,
  'client.machine.status.put': status,
  'client.goods.slug.put': goodsSlug,
  'client.pickup_codes.put': pickupCodeUsed,
  'client.pickup_code.typed': pickupCodeTyped,
  'client.traffic.put': traffic,
  'client.sale.put': sale,
  'device.delivery.response': deliveryResponse,
};
