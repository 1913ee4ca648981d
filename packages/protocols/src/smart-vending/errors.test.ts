import { expect, test } from 'vitest';
import { answerFailure, answerStatus, codes, SmartVendingError } from './errors.ts';

test('codes are unique', () => {
  const all = Object.values(codes).map(({ code }) => code);
  expect(new Set(all).size).toBe(all.length);
});

test('a failure has its code under both names, and HTTP 200', () => {
  expect(answerFailure('signInvalid')).toEqual({
    result: 'FAIL',
    errorCode: '10003',
    error_code: 10003,
    error: codes.signInvalid.message,
  });
  expect(answerFailure('fieldInvalid', 'assetId is required').error).toBe('assetId is required');
  expect(answerStatus).toBe(200);
});

test('an error knows its name', () => {
  const error = new SmartVendingError({ code: '30002', message: 'x', status: 200 });
  expect([error.is('codeUsed'), error.is('signInvalid')]).toEqual([true, false]);
});
