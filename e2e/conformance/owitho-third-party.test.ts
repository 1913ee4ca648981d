import { type OrderCallback, type OrderNotice, outStatuses, refundStatuses, writeOrderNotice } from '@polyvend/protocols/owitho';
import { noticeOf, openChannel, signed } from '../owitho/steps.ts';
import type { RawAnswer, TestHub, TestMachine, TestTenant } from '../support/index.ts';
import type { Driver, Message, Outcome } from './driver.ts';
import { conformance } from './suite.ts';

// A platform sells what is ours: an order is paid by being placed, and dispensed by being paid.

interface Sale {
  notice: OrderNotice;
}

async function open(hub: TestHub, tenant: TestTenant): Promise<Driver<Sale>> {
  const channel = await openChannel(hub, { merchantId: tenant.merchant.id });
  const listed = new Map<number, Promise<void>>();
  const notices = new Map<string, OrderNotice>();

  const call = (path: string, data: object, how: Parameters<typeof signed>[3] = {}): Message => ({
    url: `${hub.url}${path}`,
    body: signed(hub, channel, data, how),
  });
  const tell = (notice: OrderNotice) => call('/order/notice', writeOrderNotice(notice));
  const query = (orderViewId: string) => call('/order/query', { orderViewId });
  const look = (machineCode: string) => call('/machine/query', { machineCode });

  async function list(machine: TestMachine): Promise<void> {
    // Of many at once each waits until it is listed.
    const listing = listed.get(machine.id) ?? channel.list(machine);
    listed.set(machine.id, listing);
    await listing;
  }

  return {
    async place(machine, wanted, number) {
      await list(machine);
      const notice = await noticeOf(hub, machine, number, wanted);
      notices.set(number, notice);
      channel.platform.book(channel.appId, notice);
      return tell(notice);
    },
    saleOf(_machine, _answer, number) {
      const notice = notices.get(number);
      if (!notice) throw new Error('Nothing was placed under this number');
      return Promise.resolve({ notice });
    },
    step: (_, { notice }) => [tell({ ...notice, refundStatus: refundStatuses.full })],
    query: ({ notice }) => query(notice.orderViewId),
    isRefusal,
    close: () => channel.platform.close(),
    shownBy: ({ body }) => (body.data.outStatus === outStatuses.failed ? 'over' : 'paid'),
    told: ({ notice }) =>
      channel.platform.received.flatMap(({ path, data }): Outcome[] => {
        const { orderViewId, outStatus, outDetailList } = data as OrderCallback;
        if (path !== '/order/callback' || orderViewId !== notice.orderViewId) return [];
        const units = outDetailList.filter(({ status }) => status === outStatuses.dispensed).length;
        return [{ dropped: outStatus === outStatuses.dispensed, units }];
      }),
    forgeries(message) {
      const good = JSON.parse(String(message.body)) as { salt: number; utc: number; data: string };
      const { data } = good;
      const as = (more: object): Message => ({ ...message, body: JSON.stringify({ ...good, ...more }) });
      const by = (who: { appId: string; secretKey: string }, tokens: readonly string[] = []): Message => ({
        ...message,
        body: signed(hub, who, data, { tokens }),
      });
      return {
        'no signature': as({ signatures: undefined }),
        'a signature of nothing': as({ signatures: ['0'.repeat(32)] }),
        'signed with another key': by({ ...channel, secretKey: 'x'.repeat(32) }),
        'signed with a token that nobody gave': by(channel, ['x'.repeat(32)]),
        'signed with nothing': by(channel, ['']),
        'an unknown app': by({ ...channel, appId: 'x'.repeat(32) }),
        'another salt': as({ salt: good.salt === 9999 ? 9998 : good.salt + 1 }),
        'another time': as({ utc: good.utc + 1 }),
        'other data': as({ data: data.replace('}', ',"more":1}') }),
      };
    },
    async pry({ sale: theirs, machine: their }, { machine }) {
      const nobody = { order: 'nobodys', machineNo: '99999999' };
      const own = await noticeOf(hub, machine, 'prying', { A11: 1 });
      return [
        { name: 'the order', theirs: query(theirs.notice.orderViewId), nobodys: query(nobody.order) },
        { name: 'its machine', theirs: look(their.machineNo), nobodys: look(nobody.machineNo) },
        {
          name: 'an order at its machine',
          theirs: tell({ ...own, machineCode: their.machineNo }),
          nobodys: tell({ ...own, machineCode: nobody.machineNo }),
        },
        {
          name: 'its refund',
          theirs: tell({ ...theirs.notice, refundStatus: refundStatuses.full }),
          nobodys: tell({
            ...theirs.notice,
            orderViewId: nobody.order,
            machineCode: nobody.machineNo,
            refundStatus: refundStatuses.full,
          }),
        },
      ];
    },
  };
}

function isRefusal({ status, text, body }: RawAnswer): boolean {
  if (status !== 200 || Object.keys(body ?? {}).join() !== 'code,msg,data' || typeof body.code !== 'string')
    throw new Error(`No answer of this dialect: ${text}`);
  return body.code !== '200';
}

conformance({
  name: 'owitho, third party',
  capabilities: {
    steps: ['refund'],
    promisedWith: 'place',
    placesOnce: true,
    unknownIsTold: 'as failed',
    shows: 'at once',
    toldPer: 'sale',
    shortage: 'failed',
    staleAfter: 300,
  },
  open,
});
