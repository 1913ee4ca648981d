import { ConfigError } from '../config.ts';
import { findGoodsIds } from '../ledger/catalog/find-goods-ids.ts';
import { putGoods } from '../ledger/catalog/put-goods.ts';
import { decideHeld } from '../ledger/dispensing/decide-held.ts';
import { addMachine } from '../ledger/machines/add-machine.ts';
import { changeMachine } from '../ledger/machines/change-machine.ts';
import { clearSlotFault } from '../ledger/machines/clear-slot-fault.ts';
import { findMachine } from '../ledger/machines/find-machine.ts';
import { findSlot } from '../ledger/machines/find-slot.ts';
import { issueBrokerPassword } from '../ledger/machines/issue-broker-password.ts';
import { recordCount } from '../ledger/stock/record-count.ts';
import { isOn, merchantNamed, person, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';
import { GoodsFile, MachineFile, readJsonFile } from './stock-files.ts';

interface OfMerchant {
  merchant: string;
}

export async function putGoodsFile(path: string, { merchant }: OfMerchant): Promise<void> {
  const goods = await readJsonFile(path, GoodsFile);
  await withLedger(async (ledger) => {
    const { id } = await merchantNamed(ledger, merchant);
    const ids = await putGoods(ledger, id, goods, person);
    say(`${ids.size} goods are in the catalogue.`);
  });
}

export async function addMachineFile(path: string, { merchant }: OfMerchant): Promise<void> {
  const file = await readJsonFile(path, MachineFile);
  await withLedger(async (ledger) => {
    const { id: merchantId, deviceKey } = await merchantNamed(ledger, merchant);
    const numbers = file.cabinets.flatMap(({ slots }) => slots.flatMap(({ goods }) => goods ?? []));
    const ids = await findGoodsIds(ledger, merchantId, numbers);
    const missing = numbers.find((number) => !ids.has(number));
    if (missing !== undefined) throw new ConfigError(`There is no good ${missing} in the catalogue: put it there first.`);
    const cabinets = file.cabinets.map(({ slots, ...cabinet }) => ({
      ...cabinet,
      slots: slots.map(({ goods, ...slot }) => {
        const goodsId = goods === undefined ? undefined : ids.get(goods);
        return { ...slot, ...(goodsId !== undefined && { goodsId }) };
      }),
    }));
    const { brokerPassword } = await addMachine(ledger, { ...file, merchantId, cabinets, cause: person });
    say(`machine ${file.machineNo}`);
    sayCredentials(file.machineNo, brokerPassword, deviceKey);
  });
}

export async function newPassword(machineNo: string, { merchant }: OfMerchant): Promise<void> {
  await withLedger(async (ledger) => {
    const { id, deviceKey } = await merchantNamed(ledger, merchant);
    sayCredentials(machineNo, await issueBrokerPassword(ledger, id, machineNo), deviceKey);
  });
}

function sayCredentials(machineNo: string, password: string, deviceKey: string): void {
  say(`MQTT client id and user name  ${machineNo}\nMQTT password                 ${password}   (told once)`);
  say(`It signs its messages with    ${deviceKey}`);
}

export async function setMachine(
  machineNo: string,
  { merchant, operational }: OfMerchant & { operational: string },
): Promise<void> {
  const change = { operational: isOn(operational, 'operational') };
  await withLedger(async (ledger) => {
    const { id } = await merchantNamed(ledger, merchant);
    if (!(await changeMachine(ledger, id, machineNo, change, person))) throw new ConfigError(`There is no machine ${machineNo}.`);
    say('Set.');
  });
}

export async function countSlot(machineNo: string, name: string, pieces: string, { merchant }: OfMerchant): Promise<void> {
  const onHand = wholeNumber(pieces, 'pieces');
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const machine = await findMachine(ledger, merchantId, machineNo);
    const slot = await findSlot(ledger, merchantId, machine.id, name);
    const counts = [{ slotId: slot.id, onHand }];
    const countedAt = ledger.clock.now();
    await recordCount(ledger, { merchantId, machineId: machine.id, counts, source: 'count', countedAt, cause: person });
    say('Recorded.');
  });
}

export async function clearFault(machineNo: string, name: string, { merchant }: OfMerchant): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const machine = await findMachine(ledger, merchantId, machineNo);
    const slot = await findSlot(ledger, merchantId, machine.id, name);
    await clearSlotFault(ledger, { merchantId, machineId: machine.id, slotId: slot.id, cause: person });
    say('The slot is on sale again.');
  });
}

export async function decide(orderId: string, recordId: string, outcome: string, { merchant }: OfMerchant): Promise<void> {
  if (outcome !== 'dropped' && outcome !== 'kept') throw new ConfigError(`The outcome must be dropped or kept, not ${outcome}.`);
  const ids = { orderId: wholeNumber(orderId, 'order'), lineId: wholeNumber(recordId, 'record') };
  await withLedger(async (ledger) => {
    const { id: merchantId } = await merchantNamed(ledger, merchant);
    const count = await decideHeld(ledger, { merchantId, ...ids, dropped: outcome === 'dropped', cause: person });
    say(`${count} units are decided.`);
  });
}
