import { randomBytes } from 'node:crypto';
import { type C8Bill, createC8 } from '@polyvend/simulator';
import { dialect, role } from '../../../dialects/gobox/index.ts';
import { issueBookToken } from '../../../ledger/books/book-tokens.ts';
import { changeSetOfBooks } from '../../../ledger/books/change-set-of-books.ts';
import { billKey } from '../../../ledger/books/claim-import.ts';
import { createSetOfBooks } from '../../../ledger/books/create-set-of-books.ts';
import { listOrders } from '../../../ledger/books/list-orders.ts';
import { listOwnMachines } from '../../../ledger/books/own-machines.ts';
import { putDevice } from '../../../ledger/books/put-device.ts';
import { listSetsOfBooks, ownSource } from '../../../ledger/books/set-of-books.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { DemoFile } from '../demo-file.ts';
import type { Counterpart } from './counterpart.ts';

export interface GoboxFacts {
  setId: number;
  setOfBook: string;
  userName: string;
  /** The C8's address; '' before it first ran. */
  c8Url: string;
  /** The user's session at the C8, and what the hub shows it. */
  c8Token: string;
  c8Key: string;
  /** For handing over orders of other vending systems. */
  thirdPartyToken: string;
}

const byDemo = { by: 'demo', cause: { by: 'demo' } } as const;
const secret = () => randomBytes(18).toString('base64url');

/** What stands in the head of the bills of the demo's machines. */
const heads = { storeId: 101, bankId: 201, memberId: 301, employeeId: 401, billType: 1 };

/** An ERP: what the demo's machines sell arrives in its books as bills, by itself. */
export const goboxErp: Counterpart<GoboxFacts> = {
  async create(ledger, merchantId) {
    // A demo that was killed while it was made may have left one.
    const before = await listSetsOfBooks(ledger, merchantId);
    const setOfBook = String(before.length + 1).padStart(3, '0');
    const c8Key = secret();
    const { id: setId } = await createSetOfBooks(ledger, {
      ...{ merchantId, number: setOfBook, dialect, role, by: 'demo', autoImport: true },
      erp: { kind: 'c8', url: '', key: c8Key },
      source: { kind: ownSource, url: '', userName: '', key: '' },
    });
    for (const { name, devId } of await listOwnMachines(ledger, merchantId, setId)) {
      if (devId !== null) await putDevice(ledger, { merchantId, setId, name, devId, ...heads, ...byDemo });
    }
    const sender = await issueBookToken(ledger, { merchantId, setId, kind: 'sender', userName: 'demo' });
    return { setId, setOfBook, userName: 'wang', c8Url: '', c8Token: secret(), c8Key, thirdPartyToken: sender.token };
  },

  async run({ hub, demo, facts, logger }) {
    const options = {
      serviceKey: facts.c8Key,
      sessions: { [facts.c8Token]: facts.userName },
      bills: await billsOfBefore(hub.ledger, demo.merchant.id, facts),
      onBill: ({ retailCode, transId, totalCents }: C8Bill) =>
        logger.info({ bill: retailCode, transId, yuan: (totalCents / 100).toFixed(2) }, 'a bill arrives in the C8'),
    };
    // On the port of the last time, which the set of books knows.
    const port = facts.c8Url === '' ? 0 : Number(new URL(facts.c8Url).port);
    const c8 = await createC8({ ...options, port }).catch(() => createC8(options));
    if (c8.url !== facts.c8Url) {
      await changeSetOfBooks(hub.ledger, demo.merchant.id, facts.setId, { erpUrl: c8.url }, byDemo.by, byDemo.cause);
    }
    const now = { ...facts, c8Url: c8.url };
    return { facts: now, description: describe(demo, now), stop: () => c8.close() };
  },
};

/** What the C8 has from earlier runs of the demo: as much as one would look at. */
async function billsOfBefore(ledger: Ledger, merchantId: number, { setId, setOfBook }: GoboxFacts): Promise<C8Bill[]> {
  const { orders } = await listOrders(ledger, { merchantId, setId, imported: true }, { offset: 0, limit: 10_000 });
  return orders.toReversed().map(({ transId, orderedAt, totalCents, products, billId, billCode }) => ({
    ...{ key: billKey(setOfBook, transId), setOfBook, transId, soldAt: orderedAt, ...heads, totalCents, lines: products },
    ...{ retailId: billId ?? 0, retailCode: billCode ?? '' },
  }));
}

function describe({ baseUrl, merchant }: DemoFile, facts: GoboxFacts): string {
  const { setOfBook, userName, c8Url, c8Token, thirdPartyToken } = facts;
  const order = { status: 100, e_id: 'E1', dev_id: 1, products: [{ barcode: '6928804011142', name: '可口可乐', num: 2 }] };
  const [products] = order.products;
  const body = JSON.stringify({ ...order, products: [{ ...products, amount: 6, cost: 3.3 }] }).slice(0, -1);
  return `
  # As a user of the ERP (无人售货机订单导入), set of books ${setOfBook}; what the machines sell arrives there by itself:

  # A token of ours for the session at the C8, and what came
  TOKEN=$(curl -sG ${baseUrl}/api/access_token --data-urlencode url=${c8Url} -d set_of_book=${setOfBook} -d user_name=${userName} -H 'Token: ${c8Token}' | tee /dev/stderr | sed 's/.*"token":"\\([^"]*\\)".*/\\1/'); echo
  curl -s "${baseUrl}/api/orders?action=trade_view&limit=5" -H "Token: $TOKEN"; echo
  # An order of another vending system, and its import by hand (in a second it goes by itself, and is refused to go twice)
  NOW=$(TZ=Asia/Shanghai date '+%F %T'); NO=T$(date +%s); curl -sX POST ${baseUrl}/api/create_order -H 'Token: ${thirdPartyToken}' -H 'Content-Type: application/json' -d '${body},"trans_id":"'$NO'","create_time":"'"$NOW"'","update_time":"'"$NOW"'"}'; echo
  ID=$(curl -s "${baseUrl}/api/orders?action=trade_view&trans_id=$NO" -H "Token: $TOKEN" | sed 's/.*"root":\\[{"id":\\([0-9]*\\).*/\\1/'); curl -s "${baseUrl}/api/orders/$ID?action=import" -H "Token: $TOKEN"; echo
  # Orders against bills, of today
  POLYVEND_ALLOW_PRIVATE=any npx polyvend books check ${setOfBook} --merchant ${merchant.id} --day $(TZ=Asia/Shanghai date +%F)
`;
}
