import { expect, test } from 'vitest';
import { readSetting } from './integration-role.ts';

const settings = {
  on: { type: 'boolean', about: '' },
  seconds: { type: 'number', about: '' },
  title: { type: 'text', about: '' },
  url: { type: 'url', about: '' },
  lengths: { type: 'numbers', about: '' },
} as const;

test.each([
  ['on', 'true', true],
  ['on', 'false', false],
  ['seconds', '300', 300],
  ['title', '', ''],
  ['url', 'https://mall.example/hook', 'https://mall.example/hook'],
  ['url', '', ''],
  ['lengths', '6,8', [6, 8]],
  ['lengths', '', []],
])('%s=%s', (name, text, value) => {
  expect(readSetting(settings, name, text)).toEqual(value);
});

test.each([
  ['on', 'yes', 'on must be true or false, not yes'],
  ['seconds', '-1', 'seconds must be a whole number, not -1'],
  ['url', 'ftp://mall.example', 'url must be an http or https URL, or nothing, not ftp://mall.example'],
  ['lengths', '6,', 'lengths must be whole numbers with commas between, not 6,'],
  ['toString', 'x', 'there is no setting toString; there are on, seconds, title, url, lengths'],
])('%s=%s is refused', (name, text, message) => {
  expect(() => readSetting(settings, name, text)).toThrow(message);
});
