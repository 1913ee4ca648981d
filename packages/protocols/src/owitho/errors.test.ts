import { expect, test } from 'vitest';
import { answerError, answerOk, answerToken, answerTokenError, codes, OwithoError, readAnswer } from './errors.ts';

test('answers of business calls have texts for codes, those of tokens numbers', () => {
  expect(answerOk()).toEqual({ code: '200', msg: 'success', data: '' });
  expect(answerOk({ a: 1 }).data).toEqual({ a: 1 });
  expect(answerError('failed')).toEqual({ code: '40000', msg: '请求失败', data: '' });
  expect(answerError('failed', 'skuList is required').msg).toBe('skuList is required');
  expect(answerToken({ accessToken: 't', expireTime: new Date(1_452_570_728_594) })).toEqual({
    code: 200,
    msg: 'success',
    data: { accessToken: 't', expireTime: 1_452_570_728_594 },
  });
  expect(answerTokenError('unknownAppId')).toEqual({ code: 40001, msg: 'invalid appId', data: {} });
});

test('the codes of the vendor’s table', () => {
  expect(Object.values(codes).map(({ code }) => code)).toEqual([40000, 40001, 40002, 40003, 40004, 50001, 50002]);
});

function errorOf(status: number, text: string): OwithoError {
  try {
    return expect.unreachable(String(readAnswer(status, text)));
  } catch (error) {
    return error as OwithoError;
  }
}

test('an answer is read whichever type its code has', () => {
  for (const code of ['200', 200]) expect(readAnswer(200, JSON.stringify({ code, data: { a: 1 } }))).toEqual({ a: 1 });
  for (const code of ['40002', 40002]) {
    const error = errorOf(200, JSON.stringify({ code, msg: 'no', data: '' }));
    expect(error).toMatchObject({ code: 40002, message: 'no', status: 200 });
    expect([error.is('signatureInvalid'), error.is('failed')]).toEqual([true, false]);
  }
});

test.each(['', '<html>', 'null', '[]', '{"code":null}', '{"code":{}}', '{"code":"200"}'])('%j from a proxy', (text) => {
  const error = errorOf(502, text);
  expect(error).toBeInstanceOf(OwithoError);
  expect(error).toMatchObject({ code: undefined, status: 502 });
});
