import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** What the hub counts, for Prometheus, at /metrics. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: 'polyvend_http_request_seconds',
      help: 'Time to answer, by route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    machineMessages: new Counter({
      name: 'polyvend_machine_messages_total',
      help: 'Messages of machines that were taken, by method.',
      labelNames: ['method'],
      registers,
    }),
    machineDrops: new Counter({
      name: 'polyvend_machine_messages_dropped_total',
      help: 'Messages of machines that were dropped, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    brokerRefusals: new Counter({
      name: 'polyvend_broker_refusals_total',
      help: 'What the embedded broker refused: sign-ins, topics, subscriptions.',
      labelNames: ['reason'],
      registers,
    }),
    machineConnections: new Gauge({
      name: 'polyvend_machine_connections',
      help: 'Connections to the embedded broker.',
      registers,
    }),
    commands: new Counter({ name: 'polyvend_dispense_commands_total', help: 'Dispense commands sent to machines.', registers }),
    notifications: new Histogram({
      name: 'polyvend_notification_attempt_seconds',
      help: 'Attempts to notify, by outcome.',
      labelNames: ['outcome'],
      buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 10],
      registers,
    }),
    trades: new Counter({ name: 'polyvend_trades_projected_total', help: 'Trades that were made or changed.', registers }),
    salesDeferred: new Counter({
      name: 'polyvend_sales_deferred_total',
      help: 'Times that the trades of an order or a refill could not be written, and were put off.',
      registers,
    }),
    inboundMessages: new Counter({
      name: 'polyvend_inbound_messages_total',
      help: 'Messages of other platforms that were looked at, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    inboundPolls: new Counter({
      name: 'polyvend_inbound_polls_total',
      help: 'Times that another platform was asked for all that it has to tell, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    inboundSkipped: new Counter({
      name: 'polyvend_inbound_rows_skipped_total',
      help: 'Rows of what other platforms were asked for that could not be read, and were left out.',
      registers,
    }),
    vendingDeferred: new Counter({
      name: 'polyvend_vending_deferred_total',
      help: 'Times that a bill, a handover or a day end of vending could not be made, and was put off.',
      registers,
    }),
    swept: new Counter({ name: 'polyvend_swept_total', help: 'Orders, commands and codes that the sweep found due.', registers }),
  };
}
