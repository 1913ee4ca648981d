import { Type } from 'typebox';
import { getDevice, listDevices } from '../../ledger/books/devices.ts';
import { deleteDevice, putDevice } from '../../ledger/books/put-device.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Done, done, TextIn } from '../shapes.ts';
import { toWire } from '../to-wire.ts';
import { setOf } from './books.ts';
import { DeviceIn, DeviceView, oneDevice, oneSet } from './books-shapes.ts';

type OfDevice = Pick<Call<Shape>, 'ledger' | 'merchantId'> & { params: { set: number; device: number } };

/** Null: it is not there, or no more. */
async function readDevice({ ledger, merchantId, params }: OfDevice): Promise<unknown> {
  try {
    return await getDevice(ledger, merchantId, params.set, params.device);
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

const draftOf = (body: Type.Static<typeof DeviceIn>) => ({
  name: body.name,
  devId: body.dev_id,
  storeId: body.store_id,
  bankId: body.bank_id,
  memberId: body.member_id,
  employeeId: body.employee_id,
  billType: body.bill_type,
});

export const bookDeviceRoutes = {
  'GET /books/{set}/devices': reading({
    summary: 'Configurations of devices: what stands in the head of the bills of their orders',
    needs: 'books.read',
    everyMachine: true,
    shape: {
      params: oneSet,
      query: Type.Object({
        name: Type.Optional(TextIn(100)),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told' })),
      }),
      answer: Type.Object({ items: Type.Array(DeviceView), total: Type.Integer() }),
    },
    async handle(call) {
      await setOf(call);
      const { name, offset = 0, limit = 50 } = call.query;
      const filter = { merchantId: call.merchantId, setId: call.params.set, name };
      const { devices, total } = await listDevices(call.ledger, filter, { offset, limit });
      return { items: toWire(devices), total };
    },
  }),

  'POST /books/{set}/devices': changing({
    summary: 'Configure a device; what was stuck for want of it is tried again',
    needs: 'books.write',
    everyMachine: true,
    shape: { params: oneSet, body: DeviceIn, answer: DeviceView },
    audit: { subject: ({ params, body }) => `books ${params.set} device ${body.dev_id}`, after: (device) => device },
    async handle(call) {
      await setOf(call);
      const { ledger, merchantId, params, body, caller, cause } = call;
      return toWire(await putDevice(ledger, { ...draftOf(body), merchantId, setId: params.set, by: caller.who, cause }));
    },
  }),

  'PUT /books/{set}/devices/{device}': changing({
    summary: 'Change the configuration of a device; what was stuck for it is tried again',
    needs: 'books.write',
    everyMachine: true,
    shape: { params: oneDevice, body: DeviceIn, answer: DeviceView },
    audit: { subject: ({ params }) => `books ${params.set} device configuration ${params.device}`, read: readDevice },
    async handle(call) {
      await setOf(call);
      const { ledger, merchantId, params, body, caller, cause } = call;
      const draft = { ...draftOf(body), merchantId, setId: params.set, id: params.device, by: caller.who, cause };
      return toWire(await putDevice(ledger, draft));
    },
  }),

  'DELETE /books/{set}/devices/{device}': changing({
    summary: 'Take a configuration away; orders of the device are not imported until it has one again',
    needs: 'books.write',
    everyMachine: true,
    shape: { params: oneDevice, answer: Done },
    audit: { subject: ({ params }) => `books ${params.set} device configuration ${params.device}`, read: readDevice },
    async handle(call) {
      await setOf(call);
      const { ledger, merchantId, params, caller, cause } = call;
      await getDevice(ledger, merchantId, params.set, params.device);
      await deleteDevice(ledger, { merchantId, setId: params.set, id: params.device, by: caller.who, cause });
      return done;
    },
  }),
};
