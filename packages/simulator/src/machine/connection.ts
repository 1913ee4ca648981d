import { Socket } from 'node:net';
import type { Publication } from '@polyvend/protocols/machine';
import { connect as connectMqtt, type IClientOptions, type MqttClient } from 'mqtt';

export interface ConnectionOptions {
  readonly mqttUrl: string;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly commandTopic: string;
  /** Made anew for each connecting, so that it bears that time. */
  readonly lastWill: () => Publication;
  readonly keepaliveSeconds: number;
  /** 4 is MQTT 3.1.1, what the embedded broker speaks. */
  readonly mqttVersion: 4 | 5;
  readonly connectTimeoutMs: number;
  readonly onMessage: (payload: Uint8Array) => void;
  /** Subscribed; the first time in this process, anew, or after a break that mqtt.js mended by itself. */
  readonly onOpen: (how: 'anew' | 'mended') => void | Promise<void>;
}

export type Connection = ReturnType<typeof createConnection>;

const goodbyeMs = 2_000;

/** Without it an answer waits up to 40 ms: until the broker's kernel has confirmed the acknowledgement sent just before it. */
function sendAtOnce({ stream }: MqttClient): void {
  if (stream instanceof Socket) stream.setNoDelay(true);
}

/** One machine's MQTT connection: QoS 1 and a session that outlives it, so that neither commands nor answers are lost by a break. */
export function createConnection(options: ConnectionOptions) {
  let client: MqttClient | undefined;

  function willOf({ topic, payload, qos }: Publication): NonNullable<IClientOptions['will']> {
    return { topic, payload: Buffer.from(payload), qos, retain: false };
  }

  async function open(): Promise<void> {
    if (client !== undefined) return;
    const opened = connectMqtt(options.mqttUrl, {
      clientId: options.clientId,
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      clean: false,
      ...(options.mqttVersion === 5 ? { protocolVersion: 5, properties: { sessionExpiryInterval: 86_400 } } : {}),
      keepalive: options.keepaliveSeconds,
      reconnectPeriod: 1_000,
      reconnectOnConnackError: true, // a hub that is starting up refuses for a while
      resubscribe: false, // done below, so that a greeting never overtakes it
      will: willOf(options.lastWill()),
    });
    client = opened;
    opened.on('message', (_topic, payload) => options.onMessage(payload));
    opened.on('reconnect', () => {
      opened.options.will = willOf(options.lastWill());
    });
    await firstOpening(opened);
  }

  /** Resolves when the broker has taken the greeting; later openings of the same client are mqtt.js's own doing. */
  function firstOpening(opened: MqttClient): Promise<void> {
    return new Promise((resolve, reject) => {
      let opens = 0;
      let lastError: Error | undefined;
      const giveUp = (error: Error) => {
        clearTimeout(timer);
        if (client === opened) client = undefined;
        opened.end(true);
        reject(error);
      };
      const timer = setTimeout(() => {
        const why = lastError === undefined ? '' : `: ${lastError.message}`;
        giveUp(
          new Error(`Machine ${options.clientId} found no broker at ${options.mqttUrl} in ${options.connectTimeoutMs} ms${why}`),
        );
      }, options.connectTimeoutMs);
      opened.on('error', (error) => {
        lastError = error;
        if (opens === 0 && 'code' in error && typeof error.code === 'number') giveUp(error); // the broker said no
      });
      opened.on('end', () => giveUp(new Error(`Machine ${options.clientId} was switched off before it was connected`)));
      opened.on('connect', () => {
        sendAtOnce(opened);
        opened.subscribe(options.commandTopic, { qos: 1 }, (error) => {
          if (error) return;
          const how = opens++ === 0 ? 'anew' : 'mended';
          Promise.resolve(options.onOpen(how)).then(() => {
            clearTimeout(timer);
            resolve();
          }, giveUp);
        });
      });
    });
  }

  return {
    open,
    isOpen: () => client?.connected === true,
    /** `onTaken` once the broker has acknowledged it; never when this connection ends before. */
    publish({ topic, payload, qos }: Publication, onTaken?: () => void): void {
      client?.publish(topic, payload, { qos }, (error) => {
        if (!error) onTaken?.();
      });
    },
    /** Clean says goodbye to the broker, which then forgets the last will; unclean is a cable that was pulled. */
    async close(clean: boolean): Promise<void> {
      const closed = client;
      client = undefined;
      if (closed === undefined) return;
      if (!clean || !closed.connected) return void (await closed.endAsync(true));
      // Ending waits for what is unacknowledged, for ever if the broker stays silent: then the cable it is.
      let timer: NodeJS.Timeout | undefined;
      const impatience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, goodbyeMs);
      });
      await Promise.race([closed.endAsync(), impatience]);
      clearTimeout(timer);
      closed.stream.destroy();
    },
  };
}
