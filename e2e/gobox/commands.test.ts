import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goboxClient, orderBody } from '@polyvend/protocols/gobox';
import { createC8 } from '@polyvend/simulator';
import { expect, test } from 'vitest';
import { openHubProcess } from '../support/hub-process.ts';
import { until } from '../support/index.ts';
import { deviceBody, orderMessage } from '../support/open-books.ts';

const bin = join(import.meta.dirname, '../../packages/server/bin/polyvend.js');
const run = promisify(execFile);

// Each of its two dozen commands is a process of its own, and such a one takes seconds on a busy computer.
test('sets of books from the command line: created, given tokens, looked after, checked, exported', {
  timeout: 300_000,
}, async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'polyvend-books-'));
  const hub = await openHubProcess({ dataFolder });
  const c8 = await createC8({ barcodes: ['6901028075831'] });
  const polyvend = async (...words: string[]): Promise<string> => {
    const env = { ...process.env, DATABASE_URL: '', POLYVEND_DATA: dataFolder, POLYVEND_ALLOW_PRIVATE: 'any' };
    return (await run(process.execPath, [bin, ...words], { env })).stdout;
  };
  try {
    await hub.start();
    const merchant = /merchant (\d+)/.exec(await polyvend('merchant', 'create', 'shop'))?.[1] ?? '';
    const books = (command: string, ...words: string[]) => polyvend('books', command, ...words, '--merchant', merchant);
    const erp = ['--erp', 'c8', '--erp-url', c8.url, '--erp-key', 'wrong', '--auto-import', 'on'];
    const told = await books('create', '001', ...erp);
    const sender = /sender +(\S+)/.exec(told)?.[1] ?? '';
    const user = (await books('token', '001', 'user', '--name', 'wang')).split(' ')[0] ?? '';
    const client = goboxClient({ baseUrl: hub.url });
    await client.createDevice(user, deviceBody());
    const at = new Date('2025-06-01T04:00:00Z');
    const [known] = orderMessage('T1', at).products;
    if (!known) throw new Error('The order has no product.');
    await client.createOrder(sender, orderBody(orderMessage('T1', at, { products: [known] }), 'Asia/Shanghai'));

    await until(async () => (await books('problems', '001')).includes('erp.credentials'), 'the wrong key to be told', 60_000);
    await books('set', '001', '--erp-key', c8.serviceKey);
    await until(() => c8.bills.length === 1, 'the import', 60_000);
    await client.createOrder(sender, orderBody(orderMessage('T2', at), 'Asia/Shanghai'));
    const problems = await until(
      async () => /needs a person.*\n.*\n.*/.exec(await books('problems', '001'))?.[0],
      'the unknown barcode to be told',
      60_000,
    );
    expect(problems).toContain('import.barcode-unknown 6902083881405  1 orders, 12.50');
    expect(problems).toContain('Add the product in the ERP');
    expect(await books('retry', '001', '--problem', 'import.barcode-unknown')).toContain('1 orders are due again');
    expect(await books('check', '001', '--day', '2025-06-01')).toBe('001 2025-06-01: 1 agree (6.60), 1 not imported yet\n');
    c8.deleteBill(c8.bills[0]?.retailCode ?? '');
    await expect(books('check', '001', '--day', '2025-06-01')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('missing in the ERP  T1  6.60'),
    });

    await books('create', '005', '--erp', 'file', '--source', 'ledger');
    expect(await books('machines', '005')).toBe('');
    await expect(books('machines', '001')).rejects.toMatchObject({ stderr: expect.stringContaining("the hub's own machines") });
    await expect(books('machines', '005', '--machine', '1')).rejects.toMatchObject({
      stderr: expect.stringContaining('--dev-id'),
    });
    await expect(books('create', '004', '--erp', 'file', '--source', 'x')).rejects.toMatchObject({
      stderr: expect.stringContaining('source must be none, ledger or gobox, not x'),
    });

    const file = await books('create', '002', '--erp', 'file', '--auto-import', 'on');
    const filer = (await books('token', '002', 'user')).split(' ')[0] ?? '';
    await client.createDevice(filer, deviceBody());
    await client.createOrder(/sender +(\S+)/.exec(file)?.[1] ?? '', orderBody(orderMessage('T3', at), 'Asia/Shanghai'));
    await until(async () => (await client.orders(filer, { is_imported: 1 })).total === 1, 'the bill in the file', 60_000);
    const csv = join(dataFolder, 'bills.csv');
    expect(await books('export', '002', csv, '--day', '2025-06-01')).toBe(`1 bills of 2025-06-01 in ${csv}.\n`);
    expect(await readFile(csv, 'utf8')).toContain('T3,2025-06-01 12:00:00,11,12,13,14,2,12.5,6901028075831,可口可乐,2,6.6,4.2');
    const xlsx = join(dataFolder, 'bills.xlsx');
    expect(await books('export', '002', xlsx, '--day', '2025-06-01')).toContain('1 of them were in a file before');
    expect((await readFile(xlsx)).subarray(0, 2).toString()).toBe('PK');
    expect(await books('withdraw', '002', 'T3')).toContain('Withdrawn');
    await expect(books('check', '003', '--day', '2025-06-01')).rejects.toMatchObject({ stderr: /It has: 001, 002/ });
    await expect(books('create', '001', ...erp)).rejects.toMatchObject({ stderr: /There is a set of books of this number/ });
  } finally {
    await c8.close();
    await hub.remove();
  }
});
