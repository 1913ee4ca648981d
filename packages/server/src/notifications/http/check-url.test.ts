import { describe, expect, it } from 'vitest';
import { addressCheck } from './allowed-address.ts';
import { checkUrl } from './check-url.ts';

const reasonOf = (text: string): string => {
  const checked = checkUrl(text);
  return checked.ok ? 'ok' : checked.reason;
};

describe('checkUrl', () => {
  it.each([
    'http://example.com/callback?a=1',
    'https://example.com:8443/x',
    'http://8.8.8.8/',
    'http://[2606:4700::1111]/',
    'https://例え.jp/',
    // A name is judged when it is connected to.
    'http://localhost/',
  ])('takes %s', (text) => expect(reasonOf(text)).toBe('ok'));

  it.each([
    ['ftp://example.com/', 'not http or https'],
    ['file:///etc/passwd', 'not http or https'],
    ['javascript:alert(1)', 'not http or https'],
    ['gopher://example.com/', 'not http or https'],
    ['http://user:secret@example.com/', 'user name or password in the URL'],
    ['http://user@example.com/', 'user name or password in the URL'],
    ['example.com/callback', 'not a URL'],
    ['//example.com', 'not a URL'],
    ['http://', 'not a URL'],
    ['http://1.2.3.4.5.6/', 'not a URL'],
    ['', 'not a URL'],
    [`http://example.com/${'x'.repeat(2048)}`, 'longer than 2048 characters'],
  ])('refuses %s', (text, reason) => expect(reasonOf(text)).toBe(reason));

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '0x7f.1',
    '127.0.0.1.',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '0',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '3232235777',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '100.64.0.1',
    '100.127.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '192.88.99.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000:0000:0000:0000:0000:0000:0000:0001]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:8.8.8.8]',
    '[::127.0.0.1]',
    '[::a9fe:a9fe]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b:1::10.0.0.1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2001:0:53aa:64c::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[100::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[4000::1]',
  ])('refuses the address %s', (host) => {
    expect(reasonOf(`http://${host}/`)).toBe('refused address');
    expect(reasonOf(`https://${host}:8443/latest/meta-data`)).toBe('refused address');
  });

  it('takes what the operator allows, and no more', () => {
    const allow = ['10.1.0.0/16', '::1/128'];
    expect(checkUrl('http://10.1.2.3/', { allow }).ok).toBe(true);
    expect(checkUrl('http://[::1]/', { allow }).ok).toBe(true);
    expect(checkUrl('http://8.8.8.8/', { allow }).ok).toBe(true);
    expect(checkUrl('http://10.2.0.1/', { allow }).ok).toBe(false);
    expect(checkUrl('http://[::ffff:10.1.2.3]/', { allow }).ok).toBe(false);
    expect(checkUrl('http://127.0.0.1/', { allow: 'any' }).ok).toBe(true);
    expect(checkUrl('ftp://127.0.0.1/', { allow: 'any' }).ok).toBe(false);
  });
});

describe('addressCheck', () => {
  it('refuses what is no address', () => {
    expect(addressCheck('public')('example.com')).toBe(false);
    expect(addressCheck('any')('')).toBe(false);
    expect(addressCheck('public')('fe80::1%eth0')).toBe(false);
  });

  it('refuses a range that is none, at start', () => {
    expect(() => addressCheck(['10.0.0.0'])).toThrow('10.1.0.0/16');
  });
});
