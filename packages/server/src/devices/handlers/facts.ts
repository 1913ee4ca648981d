import { wakeMachine } from '../../ledger/dispensing/wake-machine.ts';
import { recordFacts } from '../../ledger/machines/record-facts.ts';
import { type Handler, type Heard, isAlive } from '../heard.ts';

function facts(
  { ledger, machine, saidAt, cause, extras }: Heard,
  about: 'environment' | 'configuration' | 'traffic',
  body: object,
) {
  return recordFacts(ledger, {
    merchantId: machine.merchantId,
    machineId: machine.id,
    about,
    saidAt,
    facts: { ...extras, ...body },
    cause,
  });
}

/** At boot: what waited for the machine can go now. */
export const environment: Handler<'client.machine.env.put'> = async (heard, body) => {
  await facts(heard, 'environment', body);
  await isAlive(heard);
  await wakeMachine(heard.ledger.db, heard.machine.merchantId, heard.machine.id);
};

export const configuration: Handler<'client.machine.config.put'> = async (heard, body) => {
  await facts(heard, 'configuration', body);
  await isAlive(heard);
};

/** Running totals: the latest stands, whatever came between. */
export const traffic: Handler<'client.traffic.put'> = async (heard, body) => {
  await facts(heard, 'traffic', body);
  await isAlive(heard);
};
