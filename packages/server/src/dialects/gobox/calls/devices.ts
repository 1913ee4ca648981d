import { optionalText, readDevId, readInteger, readText } from '@polyvend/protocols/gobox';
import { getDevice, listDevices } from '../../../ledger/books/devices.ts';
import { type DeviceDraft, deleteDevice, putDevice } from '../../../ledger/books/put-device.ts';
import { deviceOf } from '../map.ts';
import { type Call, type Handlers, readPathId } from './call.ts';
import { readPaging } from './paging.ts';

type Names = 'createDevice' | 'devices' | 'device' | 'changeDevice' | 'deleteDevice';

const idOf = (call: Call) => readPathId(call, 'device_id', 'book-device.unknown');

export const deviceCalls: Handlers<Names> = {
  createDevice: async (call) => deviceOf(await putDevice(call.context.ledger, draftOf(call)), call.set),

  devices: async ({ context, set, query }) => {
    const name = optionalText(query, 'name', { max: 200 });
    const { merchantId, id: setId } = set;
    const { total, devices } = await listDevices(context.ledger, { merchantId, setId, name }, readPaging(query));
    return { total, root: devices.map((device) => deviceOf(device, set)) };
  },

  device: async (call) => {
    const { context, set } = call;
    return deviceOf(await getDevice(context.ledger, set.merchantId, set.id, idOf(call)), set);
  },

  changeDevice: async (call) => deviceOf(await putDevice(call.context.ledger, { ...draftOf(call), id: idOf(call) }), call.set),

  deleteDevice: async (call) => {
    const { context, set, by, cause } = call;
    await deleteDevice(context.ledger, { merchantId: set.merchantId, setId: set.id, id: idOf(call), by, cause });
    return {};
  },
};

function draftOf({ set, by, cause, body }: Call): DeviceDraft {
  const fields = body();
  const id = (field: string) => readInteger(fields, field, { min: 0 });
  return {
    merchantId: set.merchantId,
    setId: set.id,
    name: readText(fields, 'name', { max: 200 }),
    devId: readDevId(fields),
    storeId: id('store_id'),
    bankId: id('bank_id'),
    memberId: id('member_id'),
    employeeId: id('employee_id'),
    billType: id('bill_type'),
    by,
    cause,
  };
}
