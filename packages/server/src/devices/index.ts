import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Metrics } from '../metrics.ts';
import { connectBroker } from './broker-connection.ts';
import { type CommandQueue, commandQueue } from './command-queue.ts';
import { startEmbeddedBroker } from './embedded-broker.ts';
import { knownMachines } from './known-machines.ts';
import type { MachineLink } from './link.ts';
import { receiver } from './receive.ts';

export interface Devices {
  /** Where machines connect. */
  url: string;
  /** A machine's queue has changed. */
  wake(payload: string): void;
  sweep(): Promise<void>;
  /** Resolves when what was to be said to machines is said. */
  idle(): Promise<void>;
  isReady(): boolean;
  stop(): Promise<void>;
}

export interface DevicesOptions {
  config: Pick<Config, 'mqtt'>;
  ledger: Ledger;
  metrics: Metrics;
  logger: Logger;
}

/** The hub's side of the machines: the broker or the connection to one, their messages, and their command queues. */
export async function startDevices({ config, ledger, metrics, logger }: DevicesOptions): Promise<Devices> {
  const find = knownMachines(ledger);
  const receive = receiver({
    ledger,
    find,
    requireOwnTopic: config.mqtt.requireOwnTopic,
    onMessage: (method) => metrics.machineMessages.inc({ method }),
    onDrop(reason, machineNo) {
      metrics.machineDrops.inc({ reason });
      logger.debug({ reason, machineNo }, 'machine message dropped');
    },
  });
  const logged: typeof receive = async (arrival) => {
    try {
      await receive(arrival);
    } catch (error) {
      logger.warn({ err: error, machineNo: arrival.machine?.machineNo }, 'machine message not taken; it will come again');
      throw error;
    }
  };
  let queue: CommandQueue | undefined;
  const link: MachineLink = config.mqtt.url
    ? await connectBroker({ url: config.mqtt.url, receive: logged, log: logger })
    : await startEmbeddedBroker({
        host: config.mqtt.host,
        port: config.mqtt.port,
        find,
        receive: logged,
        maxConnections: config.mqtt.maxConnections,
        onRefused(reason, who) {
          metrics.brokerRefusals.inc({ reason });
          logger.debug({ reason, who }, 'broker refused');
        },
        onListening: ({ merchantId, id }) => queue?.wake(`${merchantId}:${id}`),
      });
  const commands = commandQueue({
    ledger,
    link,
    onSent: () => metrics.commands.inc(),
    onError: (error, merchantId, machineId) => logger.error({ err: error, merchantId, machineId }, 'command not sent'),
  });
  queue = commands;
  return {
    url: link.url,
    wake: commands.wake,
    async sweep() {
      metrics.machineConnections.set(link.connections());
      await commands.sweep();
    },
    idle: commands.idle,
    isReady: () => link.isReady(),
    async stop() {
      await commands.stop();
      await link.close();
    },
  };
}
