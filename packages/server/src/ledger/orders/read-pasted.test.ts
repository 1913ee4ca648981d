import { describe, expect, test } from 'vitest';
import { readPasted } from './read-pasted.ts';

const today = '2026-11-28';
const hex = '0e18c3a4f0';

describe('a number is meant by', () => {
  test.each([
    ['0E18C3A4F0', hex],
    [`订单号：${hex}`, hex],
    [`订单编号 ${hex}。`, hex],
    [`交易号:${hex}`, hex],
    [`Order No. ${hex}`, hex],
    [`你好，我的订单 ${hex} 没有出货`, hex],
    ['0e18 c3a4 f0', hex],
    ['\u200b０ｅ１８ｃ３ａ４ｆ０\n', hex],
    ['#1018', '1018'],
    ['订单 ＃１０１８', '1018'],
    ['order id: 7', '7'],
    ['abc-99', 'ABC-99'],
  ])('%s', (text, number) => {
    expect(readPasted(text, today).numbers).toContain(number);
  });

  test('what came is looked for first, and what is too short is the beginning of nothing', () => {
    expect(readPasted(' Ab9 ', today)).toMatchObject({ numbers: ['Ab9', 'ab9', 'AB9'], beginnings: [] });
    expect(readPasted('单号 0E18C3', today).beginnings).toEqual(['0E18C3', '0e18c3']);
    expect(readPasted('', today).numbers).toEqual([]);
  });
});

describe('a place, a day and a time are meant by', () => {
  test.each([
    ['10000003 2025-06-01 14:30', { place: '10000003', day: '2025-06-01', clock: '14:30:00' }],
    ['10000003 2025-06-01T14:30:05', { place: '10000003', day: '2025-06-01', clock: '14:30:05' }],
    ['17:39 10000003', { place: '10000003', clock: '17:39:00' }],
    ['10000003 17：39', { place: '10000003', clock: '17:39:00' }],
    ['10000003 2026-11-27', { place: '10000003', day: '2026-11-27' }],
    ['11-27 17:39', { place: '', day: '2026-11-27', clock: '17:39:00' }],
    ['11.27 17:39', { place: '', day: '2026-11-27', clock: '17:39:00' }],
    ['12-27 17:39', { place: '', day: '2025-12-27', clock: '17:39:00' }],
    ['11月27日 17:39', { place: '', day: '2026-11-27', clock: '17:39:00' }],
    ['2026年11月27日 17:39:05', { place: '', day: '2026-11-27', clock: '17:39:05' }],
    ['2026/11/27 17:39:05', { place: '', day: '2026-11-27', clock: '17:39:05' }],
    ['27/11/2026, 17:39:05', { place: '', day: '2026-11-27', clock: '17:39:05' }],
    ['27 Nov 2026 5:39 pm', { place: '', day: '2026-11-27', clock: '17:39:00' }],
    ['昨天 17:39', { place: '', day: '2026-11-27', clock: '17:39:00' }],
    ['今天9点半', { place: '', day: '2026-11-28', clock: '09:30:00' }],
    ['Yesterday 17:39', { place: '', day: '2026-11-27', clock: '17:39:00' }],
    ['昨晚8点左右 大厅', { place: '大厅', day: '2026-11-27', clock: '20:00:00' }],
    ['17点39', { place: '', clock: '17:39:00' }],
    ['下午5点39分，10000003', { place: '10000003', clock: '17:39:00' }],
    ['中午12点', { place: '', clock: '12:00:00' }],
    ['12:10 am', { place: '', clock: '00:10:00' }],
    ['Machine 3 by the lift  17:39', { place: 'Machine 3 by the lift', clock: '17:39:00' }],
    ['人民医院（二楼） 昨天', { place: '人民医院(二楼)', day: '2026-11-27' }],
    ['10000001', { place: '10000001' }],
    ['3 March 2026', { place: '', day: '2026-03-03' }],
    ['昨晚12点', { place: '', day: '2026-11-28', clock: '00:00:00' }],
    ['昨晚12:30', { place: '', day: '2026-11-28', clock: '00:30:00' }],
    ['11月26日晚上1点 大厅', { place: '大厅', day: '2026-11-27', clock: '01:00:00' }],
    ['昨晚5点', { place: '', day: '2026-11-27', clock: '17:00:00' }],
    // Who says so is still awake.
    ['今晚12点半', { place: '', day: '2026-11-28', clock: '00:30:00' }],
    // What follows an hour may be a machine.
    ['昨晚12点 10000001', { place: '10000001', day: '2026-11-28', clock: '00:00:00' }],
    ['17点10000001', { place: '10000001', clock: '17:00:00' }],
    ['晚上12点', { place: '', clock: '00:00:00' }],
    ['12 Market Street', { place: '12 Market Street' }],
    ['5 Mayfair Road', { place: '5 Mayfair Road' }],
  ])('%s', (text, moment) => {
    expect(readPasted(text, today).readings[0]).toEqual(moment);
  });

  test.each([
    ['7-11便利店', '7-11便利店'],
    ['5-3栋大厅 昨天', '5-3栋大厅'],
    ['Tower 3.2 lobby 14:30', 'Tower 3.2 lobby'],
    ['1 May Street', '1 May Street'],
    ['13-27 Court', '13-27 Court'],
  ])('a place whose name has what could be a day: %s', (text, place) => {
    expect(readPasted(text, today).readings.at(-1)).toMatchObject({ place, isName: true });
  });

  test.each(['10000003 25:00', '10000003 10:61', '10000003 凌晨14:00'])('nothing: %s', (text) => {
    expect(readPasted(text, today).readings).toEqual([]);
  });

  test.each(['10000003 2025-02-30 10:00', '10000003 13-27'])('nothing but a name: %s', (text) => {
    expect(readPasted(text, today).readings).toMatchObject([{ place: expect.stringMatching(/-/), isName: true }]);
  });

  test.each(['T-77-2025-06-01', '0e18-11-27', '192.168.11.27'])('a number with a day in it is no day: %s', (text) => {
    expect(readPasted(text, today).readings).toEqual([{ place: text }]);
  });
});
