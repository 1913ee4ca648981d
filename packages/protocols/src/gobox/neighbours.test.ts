import { describe, expect, test } from 'vitest';
import {
  billKey,
  createBillRequest,
  findBillRequest,
  listBillsRequest,
  type RetailBill,
  readBillAnswer,
  readBillPage,
  readRetailBill,
  readSessionAnswer,
  readSourcePage,
  readSourceToken,
  sessionRequest,
  sourcePageRequest,
  sourceTokenRequest,
} from './index.ts';

const zone = 'Asia/Shanghai';
const bill: RetailBill = {
  key: billKey('001', 'T1'),
  setOfBook: '001',
  transId: 'T1',
  soldAt: new Date('2025-06-01T00:00:00Z'),
  storeId: 11,
  bankId: 12,
  memberId: 13,
  employeeId: 14,
  billType: 2,
  totalCents: 1000,
  lines: [{ barcode: '690', name: '可乐', quantity: 3, amountCents: 1000, costCents: 630 }],
};

describe('the ERP', () => {
  test('keys of two orders are never the same', () => {
    expect(billKey('a/b', 'c')).not.toBe(billKey('a', 'b/c'));
    expect(billKey('001', 'T 1')).toBe('001/T%201');
  });

  test('a creation says all of the bill, and its key twice', () => {
    const { method, path, headers, body } = createBillRequest('k', bill, zone);
    expect([method, path, headers.authorization, headers['Idempotency-Key']]).toEqual([
      'POST',
      '/polyvend/retail_bills',
      'Bearer k',
      '001/T1',
    ]);
    expect(JSON.parse(body ?? '')).toEqual({
      idempotency_key: '001/T1',
      set_of_book: '001',
      trans_id: 'T1',
      bill_time: '2025-06-01 08:00:00',
      store_id: 11,
      bank_id: 12,
      member_id: 13,
      employee_id: 14,
      bill_type: 2,
      total_amount: 10,
      lines: [{ barcode: '690', name: '可乐', quantity: 3, amount: 10, cost: 6.3 }],
    });
    expect(readRetailBill(body ?? '', zone)).toEqual(bill);
  });

  test.each([
    [200, '{"state":1,"retail_id":5,"retail_code":"LS5"}', { kind: 'created', retailId: 5, retailCode: 'LS5' }],
    [
      422,
      '{"state":0,"code":"unknown_barcode","subject":"690","errmsg":"没有"}',
      { kind: 'refused', code: 'unknown_barcode', subject: '690', message: '没有' },
    ],
    [422, '{"state":0,"code":"new","errmsg":"x"}', { kind: 'refused', code: 'invalid', subject: '', message: 'x' }],
    [401, '', { kind: 'unauthorized' }],
    // What does not say for sure that nothing was made may have made something.
    [500, '{"state":0,"code":"unknown_barcode","errmsg":"x"}', { kind: 'unknown', reason: 'HTTP 500' }],
    [422, '<html>', { kind: 'unknown', reason: 'HTTP 422' }],
    [200, '{"state":0,"errmsg":"x"}', { kind: 'unknown', reason: 'HTTP 200' }],
    [200, '{"state":1,"retail_id":"5","retail_code":"LS5"}', { kind: 'unknown', reason: 'HTTP 200' }],
    [200, '{"state":1,"retail_id":1e300,"retail_code":"LS5"}', { kind: 'unknown', reason: 'HTTP 200' }],
    [302, '', { kind: 'unknown', reason: 'HTTP 302' }],
  ])('a creation answered with %i %s', (status, body, read) => {
    expect(readBillAnswer(status, body)).toEqual(read);
  });

  test('finds and lists are asked for in the query', () => {
    expect(findBillRequest('k', '001', '001/T 1').path).toBe('/polyvend/retail_bills?set_of_book=001&key=001%2FT+1');
    expect(listBillsRequest('k', '001', '2025-06-01', 2).path).toBe(
      '/polyvend/retail_bills?set_of_book=001&date=2025-06-01&page=2',
    );
  });

  test.each([
    [200, '{"state":1,"bills":[],"page":null}', { bills: [], next: null }],
    [200, '{"state":1,"bills":[]}', { bills: [], next: null }],
    [
      200,
      '{"state":1,"bills":[{"idempotency_key":"k","retail_id":1,"retail_code":"L","total_amount":0.29}],"page":2}',
      { bills: [{ key: 'k', retailId: 1, retailCode: 'L', totalCents: 29 }], next: 2 },
    ],
    // A find that cannot be read is no find: nothing may be made upon it.
    [200, '{"state":1,"bills":[{"idempotency_key":"k"}]}', undefined],
    [200, '{"state":1,"bills":[null]}', undefined],
    [200, '{"state":1,"bills":[{"idempotency_key":"k","retail_id":1,"retail_code":"L","total_amount":"much"}]}', undefined],
    [200, '{"state":1}', undefined],
    [500, '{"state":1,"bills":[]}', undefined],
    [200, '[]', undefined],
  ])('bills answered with %i %s', (status, body, read) => {
    expect(readBillPage(status, body)).toEqual(read);
  });

  test('sessions', () => {
    expect(JSON.parse(sessionRequest('k', '001', 'wang', 's').body ?? '')).toEqual({
      set_of_book: '001',
      user_name: 'wang',
      session: 's',
    });
    expect(readSessionAnswer(200, '{"state":1,"valid":true}')).toBe(true);
    expect(readSessionAnswer(200, '{"state":1,"valid":false}')).toBe(false);
    for (const body of ['{"state":1,"valid":1}', '{"valid":true}', '']) expect(readSessionAnswer(200, body)).toBeUndefined();
    expect(readSessionAnswer(500, '{"state":1,"valid":true}')).toBeUndefined();
  });
});

describe('the order source', () => {
  test('tokens', () => {
    expect(JSON.parse(sourceTokenRequest('k', 'u').body ?? '')).toEqual({ app_key: 'k', user_name: 'u' });
    expect(readSourceToken(200, '{"state":1,"access_token":"t","expires_in":60}')).toEqual({
      kind: 'token',
      token: 't',
      expiresInSeconds: 60,
    });
    expect(readSourceToken(401, '')).toEqual({ kind: 'refused' });
    for (const body of ['', '{"state":1,"access_token":"t"}', '{"state":1,"access_token":"","expires_in":60}']) {
      expect(readSourceToken(200, body)).toMatchObject({ kind: 'unknown' });
    }
  });

  test('pages', () => {
    const from = new Date('2025-05-31T16:00:00Z');
    const before = new Date('2025-06-01T16:00:00Z');
    const { path, headers } = sourcePageRequest('t', { from, before, devId: 7, transId: 'T', status: 100, page: 2 }, zone);
    expect(Object.fromEntries(new URLSearchParams(path.split('?')[1]))).toEqual({
      page: '2',
      limit: '100',
      start_date: '2025-06-01 00:00:00',
      end_date: '2025-06-01 23:59:59',
      dev_id: '7',
      trans_id: 'T',
      status: '100',
    });
    expect(headers).toEqual({ token: 't' });
    expect(readSourcePage(200, '{"state":1,"orders":[{}],"page":3}')).toEqual({ kind: 'page', orders: [{}], next: 3 });
    expect(readSourcePage(401, '')).toEqual({ kind: 'refused' });
    for (const body of ['', '{"state":1}', '{"state":1,"orders":[1]}', '{"state":1,"orders":[],"page":"2"}']) {
      expect(readSourcePage(200, body)).toMatchObject({ kind: 'unknown' });
    }
  });
});
