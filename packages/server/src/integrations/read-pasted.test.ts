import { describe, expect, test } from 'vitest';
import { PasteMistake, readPasted } from './read-pasted.ts';
import { toCurl } from './to-curl.ts';

describe('a pasted request', () => {
  test('a curl command over several lines, quotes of every kind', () => {
    const pasted = readPasted(`$ curl --location 'https://hub.example/i/7/api/openapi/v1/orders?x=1' \\
      -H "Appid: a\\"b" --header='AppSecret: s' -HX-Note:yes --max-time 5 --compressed \\
      --data-raw $'{"a":"\\u00e9\\n"}' | jq .`);
    expect(pasted).toEqual({
      ...{ method: 'POST', url: '/api/openapi/v1/orders?x=1', body: '{"a":"é\n"}' },
      headers: { appid: 'a"b', appsecret: 's', 'x-note': 'yes' },
    });
  });

  test('other ways of curl: method, query, several data, Windows', () => {
    expect(readPasted('curl -X PUT hub/p -d a=1 -d b=2')).toMatchObject({ method: 'PUT', url: '/p', body: 'a=1&b=2' });
    expect(readPasted('curl -G http://hub/p?c=3 --data-urlencode "a=x y"')).toMatchObject({
      method: 'GET',
      url: '/p?c=3&a=x%20y',
      body: '',
    });
    expect(readPasted('curl.exe http://hub/p ^\n -H "A: b"')).toMatchObject({ method: 'GET', headers: { a: 'b' } });
    expect(readPasted(`curl http://hub/p --json '{}'`)).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(readPasted("curl 'http://hub'")).toMatchObject({ url: '/' });
  });

  test('the text of an HTTP request, whatever its line ends', () => {
    for (const end of ['\n', '\r\n']) {
      const text = ['POST /gateway?x=1 HTTP/1.1', 'X-QianHub-App: 1', 'X-QianHub-Sign:ab', '', '{"a": 1}', ''].join(end);
      expect(readPasted(text)).toEqual({
        ...{ method: 'POST', url: '/gateway?x=1', body: '{"a": 1}' },
        headers: { 'x-qianhub-app': '1', 'x-qianhub-sign': 'ab' },
      });
    }
    expect(readPasted('POST /p HTTP/1.1\nContent-Length: 3\n\nab\nrest').body).toBe('ab\n');
    expect(readPasted('GET https://hub.example/i/3/osapi/x?y=1')).toMatchObject({ url: '/osapi/x?y=1', body: '' });
  });

  test('what is none says why', () => {
    for (const text of ['', '  ', 'hello', 'curl', "curl 'http://x", 'curl http://x -d @file', 'POST /p HTTP/1.1\n{"a":1}']) {
      expect(() => readPasted(text), text).toThrow(PasteMistake);
    }
  });

  test('what is shown as curl is read as the same', () => {
    const built = { method: 'POST', url: '/p?a=1', headers: { 'X-A': "it's" }, body: `{"q":"'"}` };
    expect(readPasted(toCurl(built, 'https://hub.example'))).toEqual({ ...built, headers: { 'x-a': "it's" } });
  });
});
