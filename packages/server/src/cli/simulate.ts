import { activeOrderClient } from '@polyvend/protocols/active-order';
import { runMall } from '@polyvend/simulator';
import { ConfigError, readConfig } from '../config.ts';
import { readDemoFile } from './demo/demo-file.ts';

/** A day at a mall in seconds: random orders at the machines of the running demo, over its HTTP. Ctrl-C ends it early. */
export async function simulate(options: Record<string, string>): Promise<void> {
  const { dataFolder } = readConfig(process.env);
  const demo = await readDemoFile(dataFolder);
  if (!demo)
    throw new ConfigError(`No demo runs on ${dataFolder}: start one with npm start, or name its folder (POLYVEND_DATA).`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const tally = await runMall({
    client: activeOrderClient({ baseUrl: demo.baseUrl, ...demo.integrations['active-order'] }),
    machineNos: demo.machines.map(({ machineNo }) => machineNo),
    ratePerSecond: numberOf(options, 'rate'),
    seconds: numberOf(options, 'seconds'),
    seed: numberOf(options, 'seed'),
    refundRate: numberOf(options, 'refundRate'),
    signal: stop.signal,
    onSale: ({ machineNo, result, orderId, error }) =>
      process.stdout.write(`machine ${machineNo}  order ${orderId ?? '-'}  ${result}${error ? `  ${error.message}` : ''}\n`),
  });
  process.stdout.write(`${JSON.stringify(tally, null, 2)}\n`);
}

function numberOf(options: Record<string, string>, name: string): number {
  const value = Number(options[name]);
  if (!Number.isFinite(value) || value < 0) throw new ConfigError(`--${name} must be a number, not ${options[name]}.`);
  return value;
}
